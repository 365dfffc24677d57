//! Links between the pages of a view, by the format that the reference's pager takes.

use crate::icons::icon;

/// A page among the pages of a view; all numbers from 1.
pub(super) struct Pager<'p> {
    /// This page.
    pub(super) page: usize,
    /// How many there are.
    pub(super) pages: usize,
    /// Posts on a page.
    pub(super) per_page: usize,
    /// Posts in all.
    pub(super) posts: usize,
    /// Address of a page as seen from here.
    pub(super) url: &'p dyn Fn(usize) -> String,
}

impl Pager<'_> {
    /// The links by `format`, such as `$link_first ~2~ $link_last`.
    pub(super) fn html(&self, format: &str, even_one: bool) -> String {
        if self.pages == 0 || self.pages == 1 && !even_one {
            return String::new();
        }
        let mut out = String::new();
        let mut rest = format;
        while let Some(at) = rest.find(['~', '$']) {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let len = self.range(rest, &mut out).or_else(|| self.token(rest, &mut out));
            let len = len.unwrap_or_else(|| {
                out.push_str(&rest[..1]);
                1
            });
            rest = &rest[len..];
        }
        out.push_str(rest);
        out
    }

    /// `~2~`: this page with so many around it, the first and the last.
    fn range(&self, text: &str, out: &mut String) -> Option<usize> {
        let digits = text.strip_prefix('~')?;
        let end = digits.find('~')?;
        let radius: usize = digits[..end].parse().ok()?;
        let first = self.page.saturating_sub(radius).max(1);
        let last = (self.page + radius).min(self.pages);
        let dots = || "<span class=\"md-pagination__dots\">..</span>".to_owned();
        let mut parts = Vec::new();
        if first > 1 {
            parts.push(self.link(1, "1"));
        }
        if first > 2 {
            parts.push(dots());
        }
        for page in first..=last {
            parts.push(if page == self.page {
                format!("<span class=\"md-pagination__current\">{page}</span>")
            } else {
                self.link(page, &page.to_string())
            });
        }
        if self.pages - last > 1 {
            parts.push(dots());
        }
        if last < self.pages {
            parts.push(self.link(self.pages, &self.pages.to_string()));
        }
        out.push_str(&parts.join(" "));
        Some(end + 2)
    }

    /// `$link_next` and its like.
    fn token(&self, text: &str, out: &mut String) -> Option<usize> {
        let name = text.strip_prefix('$')?;
        let (braced, name) = match name.strip_prefix('{') {
            Some(name) => (true, name),
            None => (false, name),
        };
        let len = name
            .find(|c: char| !c.is_ascii_alphabetic() && c != '_')
            .unwrap_or(name.len());
        let arrow = |shown: bool, page: usize, name: &str| {
            if shown {
                self.link(page, icon(&format!("material/chevron-{name}")).unwrap_or_default())
            } else {
                String::new()
            }
        };
        let text = match &name[..len] {
            "first_page" => "1".to_owned(),
            "last_page" | "page_count" => self.pages.to_string(),
            "page" => self.page.to_string(),
            "items_per_page" => self.per_page.to_string(),
            "item_count" => self.posts.to_string(),
            "first_item" => ((self.page - 1) * self.per_page + 1).to_string(),
            "last_item" => (self.page * self.per_page).min(self.posts).to_string(),
            "link_first" => arrow(self.page > 1, 1, "double-left"),
            "link_last" => arrow(self.page < self.pages, self.pages, "double-right"),
            "link_previous" => arrow(self.page > 1, self.page - 1, "left"),
            "link_next" => arrow(self.page < self.pages, self.page + 1, "right"),
            _ => return None,
        };
        out.push_str(&text);
        Some(1 + len + usize::from(braced) * 2)
    }

    fn link(&self, page: usize, text: &str) -> String {
        let url = (self.url)(page);
        format!("<a class=\"md-pagination__link\" href=\"{url}\">{text}</a>")
    }
}

#[cfg(test)]
mod tests {
    use super::Pager;

    #[test]
    fn pages_around_this_one() {
        let pager = |page, pages| Pager {
            page,
            pages,
            per_page: 10,
            posts: pages * 10 - 3,
            url: &|page| format!("p{page}"),
        };
        let text = |html: String| crate::theme::strip_tags(&html);
        assert_eq!(text(pager(5, 9).html("~1~", false)), "1 .. 4 5 6 .. 9");
        assert_eq!(text(pager(1, 3).html("~2~", false)), "1 2 3");
        assert_eq!(pager(1, 1).html("~2~", false), "");
        assert_eq!(
            pager(2, 3).html("$first_item-${last_item}/$item_count ~0~ $x", false),
            "11-20/27 <a class=\"md-pagination__link\" href=\"p1\">1</a> \
             <span class=\"md-pagination__current\">2</span> <a class=\"md-pagination__link\" href=\"p3\">3</a> $x"
        );
        assert!(pager(2, 3).html("$link_next", false).contains("href=\"p3\"><svg"));
    }
}
