/* Everything that a site needs once, then what each page needs, in order. */

/** @param {(() => any)[]} steps */
const run = (steps) => {
  for (const step of steps)
    try {
      // One part that fails must not take the others with it.
      Promise.resolve(step()).catch(console.error)
    } catch (error) {
      console.error(error)
    }
}

/** A page is here: the one that was loaded, or one that instant navigation put in its place. */
const arrive = () => {
  run([
    titleFollows, backToTop, navigation, toc, codeBlocks, contentTabs, wideTables, sortableTables, taskNames,
    annotations, highlight, announcement, feedback,
  ])
  document$.next(document)
  for (const element of all("[data-md-component]")) component$.next(element)
}

run([
  keyedLabels, headerHides, drawerCloses, shortcuts, paletteSwitch, detailsOpenToPrint, messages, tooltips, consent,
  analytics, searchField, progressBar, instant, versions,
])
// The preview puts changed pages in place of the open one.
document.addEventListener("chaski:patched", arrive)
// Pages that open with a password come later than the others.
document$.subscribe(() => run([diagrams]))
arrive()
