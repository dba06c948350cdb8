// The search page: shows what the query in its address finds. All text goes in as text, never as markup.
"use strict";

(function () {
  const PAGE = 20;
  const results = document.getElementById("results");
  const status = document.getElementById("status");
  const help = document.getElementById("help");
  const asked = new URLSearchParams(location.search);
  const query = (asked.get("q") || "").trim();
  const sort = asked.get("sort") === "newest" ? "newest" : "";
  const page = Math.max(1, Number.parseInt(asked.get("page") || "1", 10) || 1);

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  const isolated = (text) => element("bdi", {}, text);
  const counted = (number, thing) => `${number.toLocaleString("en")} ${thing}${number === 1 ? "" : "s"}`;

  function address(q, more) {
    return `?${new URLSearchParams(Object.entries({ q, ...more }).filter(([, value]) => value))}`;
  }

  function marked(text, marks) {
    const parts = [];
    let place = 0;
    for (const [start, end] of marks) {
      parts.push(text.slice(place, start), element("mark", {}, text.slice(start, end)));
      place = end;
    }
    return [...parts, text.slice(place)];
  }

  function sayValue(labels, field, value) {
    if (field === "access" || field === "found") return labels[field][value.toLowerCase()] || value;
    if (field === "lang") return labels.languages[value] || value;
    return value;
  }

  function card(labels, found, article, shown) {
    const title = shown.title || "(no title)";
    const [snippet, marks] = archiveSearch.cutSnippet(shown.text, found.words);
    const access = labels.access[article.access] ? article.access : "unknown";
    const meta = [
      element("a", { href: `../source/${article.sourceId}/index.html` }, isolated(article.source)),
      " · ",
      element("time", { datetime: shown.date }, shown.day),
    ];
    if (shown.access) meta.push(" · ", element("span", { class: `access access-${access}` }, shown.access));
    if (article.language && article.language !== "en") {
      meta.push(" · ", element("span", { class: "language" }, article.language));
    }
    return element(
      "li",
      {},
      element(
        "article",
        { lang: article.language },
        element(
          "h2",
          { class: "headline", dir: "auto" },
          element(
            "a",
            { href: `../article/${shown.number}/index.html` },
            ...marked(title, archiveSearch.findMarks(title, found.titleWords)),
          ),
        ),
        element("p", { class: "meta", lang: "en" }, ...meta),
        element("p", { class: "excerpt", dir: "auto" }, ...marked(snippet, marks)),
      ),
    );
  }

  function narrowed(labels) {
    const items = archiveSearch.narrowings(query).map(({ field, value, rest }) => {
      const name = labels.facets[field];
      const words = sayValue(labels, field, value);
      const cross = element("span", { "aria-hidden": "true" }, "✕");
      const label = `Without ${name}: ${words}`;
      const href = rest ? address(rest, { sort }) : "index.html";
      return element("li", {}, element("a", { href, "aria-label": label }, `${name}: `, isolated(words), " ", cross));
    });
    return items.length ? [element("ul", { class: "narrowed", "aria-label": "Narrowed by" }, ...items)] : [];
  }

  // Where not all are counted, the values are told, and no numbers.
  async function facets(labels, { articles, capped }) {
    const sections = (await archiveSearch.facets(articles)).map(([field, values]) => {
      const items = values.map(([value, number]) =>
        element(
          "li",
          {},
          element(
            "a",
            { href: address(archiveSearch.narrow(query, field, value), { sort }) },
            isolated(sayValue(labels, field, value)),
          ),
          ...(capped ? [] : [" ", element("span", { class: "figure" }, number.toLocaleString("en"))]),
        ),
      );
      const heading = element("h2", { id: `facet-${field}` }, labels.facets[field]);
      const list = element("ul", { class: "plain" }, ...items);
      return element("section", { "aria-labelledby": `facet-${field}` }, heading, list);
    });
    return sections.length ? [element("aside", { class: "facets", "aria-label": "Narrow it down" }, ...sections)] : [];
  }

  function pager(total) {
    const links = [];
    const link = (number, rel) =>
      element("a", { href: address(query, { sort, page: number > 1 && String(number) }), rel }, `Page ${number}`);
    if (page > 1) links.push(link(page - 1, "prev"));
    if (page * PAGE < total) links.push(link(page + 1, "next"));
    return links.length ? [element("nav", { class: "pager", "aria-label": "More results" }, ...links)] : [];
  }

  function sorting(found) {
    if (found.articles.length < 2) return [];
    if (sort) return [element("p", { class: "onward" }, element("a", { href: address(query, {}) }, "Best first"))];
    if (found.order === "newest") return [];
    const newest = element("a", { href: address(query, { sort: "newest" }) }, "Newest first");
    return [element("p", { class: "onward" }, newest)];
  }

  async function show() {
    const found = await archiveSearch.find(query, sort === "newest");
    const labels = archiveSearch.index.labels;
    const total = found.articles.length;
    const shown = found.articles.slice((page - 1) * PAGE, page * PAGE);
    const texts = await Promise.all(shown.map((article) => archiveSearch.loadArticle(article.rank)));
    const order = found.order === "newest" ? "newest first" : "best first";
    const number = found.capped ? `More than ${counted(total, "article")}` : counted(total, "article");
    status.textContent = total ? `${number}, ${order}.` : "No article has this.";
    help.open = !total;
    const cards = shown.map((article, at) => card(labels, found, article, texts[at]));
    const list = element("div", {}, element("ol", { class: "cards" }, ...cards), ...pager(total));
    const beside = await facets(labels, found);
    results.replaceChildren(
      ...narrowed(labels),
      ...sorting(found),
      element("div", { class: "columns" }, list, ...beside),
    );
  }

  if (query) {
    document.getElementById("q").value = query;
    document.title = `${query} · ${document.title}`;
    status.textContent = "Searching …";
    help.open = false;
    show().catch((error) => {
      if (!(error instanceof archiveSearch.SearchError)) throw error;
      status.replaceChildren();
      results.replaceChildren(element("p", { class: "notice", role: "alert" }, error.message));
      help.open = true;
    });
  }
})();
