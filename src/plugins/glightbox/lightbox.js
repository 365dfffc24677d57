// Images in a modal dialog. Links of class `glightbox` work without it: they lead to the image.
(() => {
  "use strict";
  const own = document.currentScript;
  const options = JSON.parse((own && own.dataset.options) || "{}");
  const spanish = (document.documentElement.lang || "").startsWith("es");
  const words = spanish
    ? { label: "Imagen", close: "Cerrar", back: "Anterior", next: "Siguiente" }
    : { label: "Image", close: "Close", back: "Previous", next: "Next" };
  let dialog, stage, image, caption, back, next;
  let links = [];
  let at = 0;

  const button = (name, text, label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = name;
    made.textContent = text;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  };

  const build = () => {
    if (dialog && dialog.isConnected) return;
    dialog = document.createElement("dialog");
    dialog.className = "glb-dialog" + (options.shadow === false ? "" : " glb-shadow");
    dialog.setAttribute("aria-label", words.label);
    stage = document.createElement("div");
    stage.className = "glb-stage";
    image = document.createElement("img");
    image.style.background = options.background || "white";
    caption = document.createElement("div");
    caption.className = "glb-caption";
    caption.setAttribute("aria-live", "polite");
    stage.append(image, caption);
    back = button("glb-back", "\u2039", words.back, () => go(-1));
    next = button("glb-next", "\u203a", words.next, () => go(1));
    dialog.append(button("glb-close", "\u00d7", words.close, () => dialog.close()), back, next, stage);
    stage.addEventListener("click", (event) => {
      if (event.target === stage) dialog.close();
    });
    image.addEventListener("click", () => {
      if (options.zoomable !== false && !dragged) {
        dialog.classList.toggle("glb-zoomed");
        dialog.classList.toggle("glb-drag", options.draggable !== false);
      }
    });
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "ArrowLeft") go(-1);
      else if (event.key === "ArrowRight") go(1);
    });
    dialog.addEventListener("close", () => {
      dialog.classList.remove("glb-zoomed");
      image.removeAttribute("src");
      if (links[at]) links[at].focus();
    });
    gestures();
    document.body.append(dialog);
  };

  let dragged = false;
  const gestures = () => {
    let from = null;
    image.draggable = false;
    stage.addEventListener("pointerdown", (event) => {
      dragged = false;
      from = { x: event.clientX, y: event.clientY, left: stage.scrollLeft, top: stage.scrollTop };
    });
    stage.addEventListener("pointermove", (event) => {
      if (!from || !dialog.classList.contains("glb-zoomed") || options.draggable === false) return;
      if (event.pointerType !== "mouse") return;
      const x = event.clientX - from.x;
      const y = event.clientY - from.y;
      dragged = dragged || Math.abs(x) + Math.abs(y) > 5;
      stage.scrollTo(from.left - x, from.top - y);
    });
    stage.addEventListener("pointerup", (event) => {
      const moved = from ? event.clientX - from.x : 0;
      from = null;
      if (event.pointerType === "mouse" || options.touchNavigation === false) return;
      if (!dialog.classList.contains("glb-zoomed") && Math.abs(moved) > 60) go(moved > 0 ? -1 : 1);
    });
  };

  const show = (effect) => {
    const link = links[at];
    const data = link.dataset;
    const small = link.querySelector("img");
    dialog.classList.remove("glb-zoomed", "glb-zoom", "glb-fade", "glb-slide");
    image.src = link.href;
    image.alt = (small && small.alt) || "";
    for (const side of ["width", "height"]) {
      image.style[side] = data[side] && data[side] !== "auto" ? data[side] : "";
    }
    stage.dataset.position = data.descPosition || "bottom";
    caption.replaceChildren();
    if (data.title) {
      const title = document.createElement("strong");
      title.textContent = data.title;
      caption.append(title);
    }
    if (data.description) {
      const own = data.description.startsWith(".") && document.querySelector(data.description);
      caption.append(own ? own.cloneNode(true) : data.description);
    }
    back.hidden = links.length < 2 || (!options.loop && at === 0);
    next.hidden = links.length < 2 || (!options.loop && at === links.length - 1);
    if (effect && effect !== "none") {
      void dialog.offsetWidth;
      dialog.classList.add("glb-" + effect);
    }
  };

  const go = (step) => {
    const to = at + step;
    if (links.length < 2 || (!options.loop && (to < 0 || to >= links.length))) return;
    at = (to + links.length) % links.length;
    show(options.slideEffect);
  };

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target instanceof Element && event.target.closest("a.glightbox");
    if (!link) return;
    build();
    if (!dialog.showModal) return;
    event.preventDefault();
    const gallery = link.dataset.gallery || "";
    links = [...document.querySelectorAll("a.glightbox")].filter((other) => (other.dataset.gallery || "") === gallery);
    at = links.indexOf(link);
    show(options.openEffect);
    dialog.showModal();
  });
})();
