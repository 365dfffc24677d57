// Dates of `type: timeago` as the time that has passed since, in the words of the browser.
(() => {
  const units = [["year", 31557600], ["month", 2629800], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];
  const show = () => {
    for (const time of document.querySelectorAll("time.timeago")) {
      const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
      const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) || ["second", 1];
      const words = new Intl.RelativeTimeFormat(time.lang || undefined, { numeric: "auto" });
      time.title = time.title || time.textContent;
      time.textContent = words.format(Math.trunc(seconds / size), unit);
    }
  };
  // On paper the date itself says more.
  addEventListener("beforeprint", () => {
    for (const time of document.querySelectorAll("time.timeago")) time.textContent = time.title;
  });
  addEventListener("afterprint", show);
  if (window.document$) window.document$.subscribe(show);
  else show();
})();
