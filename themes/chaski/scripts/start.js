/* Everything that a page needs, in order. */

for (const step of [
  keyedLabels, titleFollows, headerHides, backToTop, drawerCloses, shortcuts, paletteSwitch, navigation, toc,
  copyButtons, contentTabs, detailsOpenToPrint, wideTables, taskNames, annotations, highlight, announcement, messages,
  tooltips, consent, feedback, analytics, searchField, instant, versions,
]) {
  try {
    // One part that fails must not take the others with it.
    Promise.resolve(step()).catch(console.error)
  } catch (error) {
    console.error(error)
  }
}
document$.next(document)
for (const element of all("[data-md-component]")) component$.next(element)
