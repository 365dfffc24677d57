/*
 * What html-validate looks for: the HTML standard. Rules of taste are off, and so are those about
 * what authors may write in Markdown (their text is not ours to correct).
 */
export default {
  extends: ["html-validate:standard"],
  rules: {
    // Pages are small: quotes, self-closing and case are the same to every parser.
    "void-style": "off",
    "no-trailing-whitespace": "off",
    "long-title": "off",
    "attr-quotes": "off",
    "doctype-style": "off",
    "no-inline-style": "off",
    "prefer-native-element": "off",
    "no-raw-characters": ["error", { relaxed: true }],
    // Ids come from headings in any language, and from the dialect (`fn:1`).
    "valid-id": ["error", { relaxed: true }],
    // Material's contract: labels toggle inputs of the same page, wherever they stand.
    "input-missing-label": "off",
    "multiple-labeled-controls": "off",
    "require-sri": "off",
    // Numbered lines are linked by `<a id name href>` in the dialect: obsolete, yet conforming.
    "no-deprecated-attr": "off",
  },
}
