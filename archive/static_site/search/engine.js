// Finds articles: evaluates a query from the newest window of articles back, until it has enough of them.
"use strict";

(function () {
  const K1 = 1.2;
  const B = 0.75;
  const SHOWN = 8; // values of a facet
  const index = archiveSearch.index;

  // What an article is, by its rank.
  function facts(rank) {
    const [source, language, access, found] = index.kinds[index.kind[rank]];
    const day = index.days[rank];
    return { rank, sourceId: source, source: index.sources[source], language: language || "", access, found, day };
  }

  const fieldOf = (place) => Math.min(Math.floor(place / index.span), index.fields.length - 1);

  const keyOf = (term) => JSON.stringify([term.words, term.prefix, term.column]);

  // Evaluates a query in a window: the ranks that it finds, and what its terms weigh where they stand.
  class Window {
    constructor(number) {
      this.number = number;
      this.start = number * index.window;
      this.end = Math.min(this.start + index.window, index.total);
      this.known = new Map();
    }

    // The articles that say a term, each with its weight there.
    hits(term) {
      const key = keyOf(term);
      if (!this.known.has(key)) this.known.set(key, this.hitsOf(term));
      return this.known.get(key);
    }

    async hitsOf(term) {
      const last = term.words.length - 1;
      const words = await Promise.all(
        term.words.map((word, at) => archiveSearch.lookUp(word, term.prefix && at === last, this.number)),
      );
      const weights = words.map((entries) => this.gather(entries.map((entry) => entry.weights)));
      const [first, ...rest] = weights;
      const shared = [...first.keys()].filter((rank) => rest.every((hits) => hits.has(rank)));
      if ((!last && !term.column) || !shared.length) return new Map(shared.map((rank) => [rank, first.get(rank)]));
      return this.sideBySide(term, shared, words);
    }

    // Adds up the weights of several words.
    gather(all) {
      const found = new Map();
      for (const weights of all) {
        for (const [rank, weight] of weights) {
          if (rank >= this.start && rank < this.end) found.set(rank, (found.get(rank) || 0) + weight);
        }
      }
      return found;
    }

    // Of articles that have all words of a term, those that have them side by side, and in its column.
    async sideBySide(term, shared, words) {
      const places = await Promise.all(words.map((entries) => Promise.all(entries.map((entry) => entry.places()))));
      const found = new Map();
      for (const rank of shared) {
        const [first, ...rest] = places.map((each) => each.flatMap((some) => some.get(rank) || []));
        const others = rest.map((some) => new Set(some));
        const weight = first
          .filter((place) => others.every((some, at) => some.has(place + at + 1)))
          .map(fieldOf)
          .filter((field) => !term.column || index.fields[field] === term.column)
          .reduce((sum, field) => sum + index.weights[field], 0);
        if (weight) found.set(rank, weight);
      }
      return found;
    }

    // Which articles a part of a query finds.
    async evaluate(part) {
      if (part.words) return new Set((await this.hits(part)).keys());
      if (part.fact) return new Set(this.all().filter((rank) => part.fact(facts(rank))));
      const each = (parts) => Promise.all(parts.map((one) => this.evaluate(one)));
      if (part.any) return new Set((await each(part.any)).flatMap((found) => [...found]));
      const [wanted, unwanted] = await Promise.all([each(part.all), each(part.none)]);
      wanted.sort((one, other) => one.size - other.size);
      return new Set(
        [...(wanted[0] || this.all())].filter(
          (rank) => wanted.every((found) => found.has(rank)) && !unwanted.some((found) => found.has(rank)),
        ),
      );
    }

    all() {
      return Array.from({ length: this.end - this.start }, (_, at) => this.start + at);
    }
  }

  // The newest articles that a query finds, one more than are counted; and the windows where they are.
  async function search(tree) {
    const windows = [];
    const found = [];
    let next = Math.ceil(index.total / index.window);
    for (let lot = 1; next > 0 && found.length <= index.cap; lot *= 2) {
      const numbers = Array.from({ length: Math.min(lot, next) }, () => --next);
      const searched = numbers.map((number) => new Window(number));
      const ranks = await Promise.all(searched.map((window) => window.evaluate(tree)));
      windows.push(...searched);
      found.push(...ranks.flatMap((some) => [...some].sort((a, b) => b - a)));
    }
    return [found, windows];
  }

  // BM25 as SQLite computes it (sqlite.org/fts5.html, section 5.1.1), in the windows that were searched.
  async function weigh(found, terms, windows) {
    const total = windows.reduce((sum, window) => sum + window.end - window.start, 0);
    const lengths = await Promise.all(found.map(archiveSearch.lengthOf));
    const weights = new Map(found.map((rank) => [rank, 0]));
    for (const term of new Map(terms.map((one) => [keyOf(one), one])).values()) {
      const hits = new Map((await Promise.all(windows.map((window) => window.hits(term)))).flatMap((some) => [...some]));
      const rarity = Math.max(1e-6, Math.log((total - hits.size + 0.5) / (hits.size + 0.5)));
      found.forEach((rank, at) => {
        const said = hits.get(rank);
        if (!said) return;
        const score = (rarity * said * (K1 + 1)) / (said + K1 * (1 - B + (B * lengths[at]) / index.average));
        weights.set(rank, weights.get(rank) + score);
      });
    }
    return weights;
  }

  // What a query finds, the best or the newest first, as facts(): of more than are counted, the newest. And what
  // it says of them.
  archiveSearch.find = async function (text, newest) {
    await archiveSearch.openIndex();
    const query = archiveSearch.parse(text);
    const [all, windows] = await search(query.tree);
    const found = all.slice(0, index.cap);
    const weighed = !newest && query.terms.length > 0;
    if (weighed) {
      const weights = await weigh(found, query.terms, windows);
      found.sort((a, b) => weights.get(b) - weights.get(a) || b - a);
    }
    return {
      articles: found.map(facts),
      capped: all.length > found.length,
      order: weighed ? "relevance" : "newest",
      words: query.words,
      titleWords: query.titleWords,
    };
  };

  const frequentFirst = (a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1);

  function count(values) {
    const counts = new Map();
    for (const value of values) if (value !== "") counts.set(value, (counts.get(value) || 0) + 1);
    return [...counts];
  }

  // How many of the articles have which source, year, language, access, discovery and author.
  archiveSearch.facets = async function (articles) {
    const values = {
      source: (article) => [article.source],
      dated: (article) => [article.day.slice(0, 4)],
      lang: (article) => [article.language],
      access: (article) => [article.access],
      found: (article) => article.found,
    };
    const facets = Object.entries(values)
      .map(([field, valuesOf]) => {
        const counted = count(articles.flatMap(valuesOf));
        counted.sort(field === "dated" ? (a, b) => b[0].localeCompare(a[0]) : frequentFirst);
        return [field, counted.slice(0, SHOWN)];
      })
      .filter(([, counted]) => counted.length > 1);
    const authors = await countAuthors(articles);
    return authors.length ? [...facets, ["author", authors]] : facets;
  };

  // Authors are counted by number, the lowest has most articles: only the names that are shown are loaded.
  async function countAuthors(articles) {
    const bylines = await Promise.all(articles.map(({ rank }) => archiveSearch.authorsOf(rank)));
    const shown = count(bylines.flat()).sort(frequentFirst).slice(0, SHOWN);
    const named = shown.map(async ([author, number]) => [await archiveSearch.nameOf(author), number]);
    return (await Promise.all(named)).sort(frequentFirst);
  }
})();
