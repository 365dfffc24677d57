//! HTML character references, as HTML 5 defines them.

/// The references that serializing a page makes.
const COMMON: [(&str, char); 5] = [
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&amp;", '&'),
    ("&quot;", '"'),
    ("&#39;", '\''),
];
/// The longest reference, `&` and `;` included.
const LONGEST: usize = 42;

/// Replaces character references by the characters they name; what names none stays.
#[must_use]
pub fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        // Most references of a page stand for what is markup, so these are not looked up.
        let common = COMMON.iter().find(|(name, _)| rest.starts_with(name));
        if let Some((name, c)) = common {
            out.push(*c);
            rest = &rest[name.len()..];
            continue;
        }
        match reference(rest) {
            Some((replacement, len)) => {
                out.push_str(&replacement);
                rest = &rest[len..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The reference at the start of `text`, which begins with `&`: what it stands for and its length.
///
/// Names are resolved by pulldown-cmark, whose table is that of HTML 5.
fn reference(text: &str) -> Option<(String, usize)> {
    let end = text.bytes().take(LONGEST).position(|byte| byte == b';')? + 1;
    let name = &text[1..end - 1];
    let body = name.strip_prefix('#').unwrap_or(name);
    if body.is_empty() || !body.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let mut out = String::new();
    for event in pulldown_cmark::Parser::new(&text[..end]) {
        if let pulldown_cmark::Event::Text(text) = event {
            out.push_str(&text);
        }
    }
    (out != text[..end]).then_some((out, end))
}

/// The name HTML 4 gives to a character.
pub(crate) fn html4_name(c: char) -> Option<&'static str> {
    let code = u32::from(c);
    if let Some(index) = code.checked_sub(0xa0).filter(|index| *index < 96) {
        return LATIN_1.split(' ').nth(index as usize);
    }
    let at = NAMES.binary_search_by_key(&code, |(code, _)| *code).ok()?;
    Some(NAMES[at].1)
}

/// The names of U+00A0 to U+00FF.
const LATIN_1: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 \
    acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml \
    Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc \
    Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml \
    aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc \
    otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";

/// The other names by their character.
#[rustfmt::skip]
const NAMES: &[(u32, &str)] = &[
    (0x22, "quot"), (0x26, "amp"), (0x3c, "lt"), (0x3e, "gt"), (0x152, "OElig"), (0x153, "oelig"),
    (0x160, "Scaron"), (0x161, "scaron"), (0x178, "Yuml"), (0x192, "fnof"), (0x2c6, "circ"), (0x2dc, "tilde"),
    (0x391, "Alpha"), (0x392, "Beta"), (0x393, "Gamma"), (0x394, "Delta"), (0x395, "Epsilon"), (0x396, "Zeta"),
    (0x397, "Eta"), (0x398, "Theta"), (0x399, "Iota"), (0x39a, "Kappa"), (0x39b, "Lambda"), (0x39c, "Mu"),
    (0x39d, "Nu"), (0x39e, "Xi"), (0x39f, "Omicron"), (0x3a0, "Pi"), (0x3a1, "Rho"), (0x3a3, "Sigma"),
    (0x3a4, "Tau"), (0x3a5, "Upsilon"), (0x3a6, "Phi"), (0x3a7, "Chi"), (0x3a8, "Psi"), (0x3a9, "Omega"),
    (0x3b1, "alpha"), (0x3b2, "beta"), (0x3b3, "gamma"), (0x3b4, "delta"), (0x3b5, "epsilon"), (0x3b6, "zeta"),
    (0x3b7, "eta"), (0x3b8, "theta"), (0x3b9, "iota"), (0x3ba, "kappa"), (0x3bb, "lambda"), (0x3bc, "mu"),
    (0x3bd, "nu"), (0x3be, "xi"), (0x3bf, "omicron"), (0x3c0, "pi"), (0x3c1, "rho"), (0x3c2, "sigmaf"),
    (0x3c3, "sigma"), (0x3c4, "tau"), (0x3c5, "upsilon"), (0x3c6, "phi"), (0x3c7, "chi"), (0x3c8, "psi"),
    (0x3c9, "omega"), (0x3d1, "thetasym"), (0x3d2, "upsih"), (0x3d6, "piv"), (0x2002, "ensp"), (0x2003, "emsp"),
    (0x2009, "thinsp"), (0x200c, "zwnj"), (0x200d, "zwj"), (0x200e, "lrm"), (0x200f, "rlm"), (0x2013, "ndash"),
    (0x2014, "mdash"), (0x2018, "lsquo"), (0x2019, "rsquo"), (0x201a, "sbquo"), (0x201c, "ldquo"),
    (0x201d, "rdquo"), (0x201e, "bdquo"), (0x2020, "dagger"), (0x2021, "Dagger"), (0x2022, "bull"),
    (0x2026, "hellip"), (0x2030, "permil"), (0x2032, "prime"), (0x2033, "Prime"), (0x2039, "lsaquo"),
    (0x203a, "rsaquo"), (0x203e, "oline"), (0x2044, "frasl"), (0x20ac, "euro"), (0x2111, "image"),
    (0x2118, "weierp"), (0x211c, "real"), (0x2122, "trade"), (0x2135, "alefsym"), (0x2190, "larr"),
    (0x2191, "uarr"), (0x2192, "rarr"), (0x2193, "darr"), (0x2194, "harr"), (0x21b5, "crarr"), (0x21d0, "lArr"),
    (0x21d1, "uArr"), (0x21d2, "rArr"), (0x21d3, "dArr"), (0x21d4, "hArr"), (0x2200, "forall"), (0x2202, "part"),
    (0x2203, "exist"), (0x2205, "empty"), (0x2207, "nabla"), (0x2208, "isin"), (0x2209, "notin"), (0x220b, "ni"),
    (0x220f, "prod"), (0x2211, "sum"), (0x2212, "minus"), (0x2217, "lowast"), (0x221a, "radic"), (0x221d, "prop"),
    (0x221e, "infin"), (0x2220, "ang"), (0x2227, "and"), (0x2228, "or"), (0x2229, "cap"), (0x222a, "cup"),
    (0x222b, "int"), (0x2234, "there4"), (0x223c, "sim"), (0x2245, "cong"), (0x2248, "asymp"), (0x2260, "ne"),
    (0x2261, "equiv"), (0x2264, "le"), (0x2265, "ge"), (0x2282, "sub"), (0x2283, "sup"), (0x2284, "nsub"),
    (0x2286, "sube"), (0x2287, "supe"), (0x2295, "oplus"), (0x2297, "otimes"), (0x22a5, "perp"), (0x22c5, "sdot"),
    (0x2308, "lceil"), (0x2309, "rceil"), (0x230a, "lfloor"), (0x230b, "rfloor"), (0x2329, "lang"),
    (0x232a, "rang"), (0x25ca, "loz"), (0x2660, "spades"), (0x2663, "clubs"), (0x2665, "hearts"),
    (0x2666, "diams"),
];

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn names_and_numbers() {
        assert_eq!(
            unescape("a &amp; b &#225; &#xe1; &ntilde; &nope; & c"),
            "a & b á á ñ &nope; & c"
        );
    }
}
