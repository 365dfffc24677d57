//! Titles of pages (COMPAT T1).

use super::Summary;

/// A page's title: from the navigation, the front matter, its first heading, or its file name.
#[must_use]
pub fn page_title(page: &Summary, nav_title: Option<&str>, is_homepage: bool) -> String {
    if let Some(title) = nav_title.or(page.meta_title.as_deref()) {
        return title.to_owned();
    }
    if let Some(heading) = page.heading.as_deref().filter(|heading| !heading.is_empty()) {
        return heading.to_owned();
    }
    if is_homepage {
        return "Home".to_owned();
    }
    fallback_title(&page.name)
}

/// The title that a file or folder name gives (COMPAT T5).
#[must_use]
pub fn fallback_title(name: &str) -> String {
    let title = name.replace(['-', '_'], " ");
    if title.to_lowercase() != title {
        return title;
    }
    let mut letters = title.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().collect::<String>() + letters.as_str(),
        None => title,
    }
}
