"use strict";
// Search, filters, sorting and pictures for report.html. Nothing here writes markup: texts are texts.
(() => {
  const table = document.getElementById("films");
  const body = table.tBodies[0];
  const films = Array.from(body.rows, (row) => ({
    row,
    rank: Number(row.dataset.rank),
    score: Number(row.dataset.score),
    name: row.querySelector(".name").textContent,
  }));
  const names = new Intl.Collator(undefined, { numeric: true });

  // Pictures are decoded when their row comes near the screen, and not before.
  const fill = (row) => {
    for (const image of row.querySelectorAll("img:not([src])")) {
      image.src = image.dataset.jpeg
        ? "data:image/jpeg;base64," + image.dataset.jpeg
        : "data:image/png;base64," + image.dataset.png;
    }
  };
  const nearby = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (entry.isIntersecting) {
          fill(entry.target);
          nearby.unobserve(entry.target);
        }
      }
    },
    { rootMargin: "800px" },
  );
  const everyRow = document.querySelectorAll(".films tbody tr");
  for (const row of everyRow) nearby.observe(row);
  window.addEventListener("beforeprint", () => {
    for (const row of everyRow) if (!row.hidden) fill(row);
  });

  // Search and filters.
  const controls = document.querySelector(".controls");
  const search = document.getElementById("search");
  const cautions = document.getElementById("cautions");
  const shown = document.getElementById("shown");
  const searched = (film) => {
    film.text ??= film.row.querySelector(".film").textContent + " " + film.row.querySelector(".remarks").textContent;
    return film.text.normalize("NFC").toLowerCase();
  };
  const filter = () => {
    const words = search.value.normalize("NFC").toLowerCase().split(/\s+/).filter(Boolean);
    const bands = new Set(Array.from(controls.querySelectorAll("[name=band]:checked"), (box) => box.value));
    let count = 0;
    for (const film of films) {
      const fits =
        bands.has(film.row.dataset.band) &&
        (!cautions.checked || "caution" in film.row.dataset) &&
        words.every((word) => searched(film).includes(word));
      film.row.hidden = !fits;
      count += fits;
    }
    shown.textContent = `${count.toLocaleString("en")} of ${films.length.toLocaleString("en")} ${shown.dataset.of} shown`;
  };
  let waiting = 0;
  controls.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 120);
  });
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.hidden = false;
  filter();

  // Sorting; the column's header says which way.
  const sorters = Array.from(table.querySelectorAll(".sorter"));
  const compare = {
    rank: (a, b) => a.rank - b.rank,
    score: (a, b) => a.score - b.score || b.rank - a.rank,
    name: (a, b) => names.compare(a.name, b.name) || a.rank - b.rank,
  };
  for (const sorter of sorters) {
    sorter.addEventListener("click", () => {
      const header = sorter.closest("th");
      const down = header.getAttribute("aria-sort") === "ascending";
      for (const other of sorters) other.closest("th").setAttribute("aria-sort", "none");
      header.setAttribute("aria-sort", down ? "descending" : "ascending");
      films.sort(compare[sorter.dataset.key]);
      if (down) films.reverse();
      const fragment = document.createDocumentFragment();
      for (const film of films) fragment.append(film.row);
      body.append(fragment);
    });
  }

  // Heat maps on and off, and a film at its full size beside its heat map.
  const heat = document.getElementById("heat");
  const switchHeat = () => document.body.classList.toggle("cold", !heat.checked);
  heat.addEventListener("change", switchHeat);
  switchHeat();
  const viewer = document.getElementById("viewer");
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".enlarge");
    if (!button) return;
    const row = button.closest("tr");
    fill(row);
    const stack = button.querySelector(".stack");
    const plain = stack.cloneNode(true);
    plain.querySelector(".heat")?.remove();
    const pair = viewer.querySelector(".pair");
    pair.replaceChildren(plain);
    if (stack.querySelector(".heat")) pair.append(stack.cloneNode(true));
    const score = row.querySelector(".score b");
    viewer.querySelector("p").textContent =
      row.querySelector(".name").textContent + (score ? ", " + score.textContent : "");
    viewer.showModal();
  });
})();
