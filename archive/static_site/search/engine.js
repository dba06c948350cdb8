// Finds articles: loads the files of the index that a query needs, and evaluates it. See archive/static_site/search_index.py.
"use strict";

(function () {
  const K1 = 1.2;
  const B = 0.75;
  const waiting = new Map();
  const loaded = new Map();
  const root = new URL(".", document.currentScript.src);
  let index;

  const sums = (differences) => {
    let last = 0;
    return differences.map((difference) => (last += difference));
  };

  // Called by the files of the index.
  archiveSearch.open = function (facts) {
    index = facts;
    index.numbers = sums(facts.articles);
    index.at = new Map(index.numbers.map((number, at) => [number, at]));
    index.average = facts.words.reduce((sum, words) => sum + words, 0) / (facts.words.length || 1);
    archiveSearch.setCjk(facts.cjk);
  };
  archiveSearch.add = (kind, name, data) => loaded.set(`${kind}/${name}`, data);
  archiveSearch.article = (number, data) => loaded.set(`articles/${number}`, data);

  archiveSearch.labels = () => index.labels;

  function load(name) {
    if (!waiting.has(name)) {
      waiting.set(
        name,
        new Promise((resolve, reject) => {
          const script = document.createElement("script");
          script.src = new URL(`${name}.js`, root);
          script.onload = () => resolve(loaded.get(name));
          script.onerror = () => {
            waiting.delete(name);
            reject(new archiveSearch.SearchError("A part of the index could not be loaded: reload the page."));
          };
          document.head.append(script);
        }),
      );
    }
    return waiting.get(name);
  }

  archiveSearch.loadArticle = (number) => load(`articles/${number}`);

  // What an article is, by its place in the columns of the index.
  function facts(at) {
    const [source, language, access, found] = index.kinds[index.kind[at]];
    return {
      number: index.numbers[at],
      sourceId: source,
      source: index.sources[source],
      language: language || "",
      access,
      found,
      day: index.days[at] === null ? "" : new Date(864e5 * index.days[at]).toISOString().slice(0, 10),
    };
  }
  archiveSearch.facts = facts;

  // Words are in the order of their code points; JavaScript compares halves of them.
  function compare(one, other) {
    const [a, b] = [Array.from(one), Array.from(other)];
    for (let at = 0; at < a.length && at < b.length; at++) {
      if (a[at] !== b[at]) return a[at].codePointAt(0) - b[at].codePointAt(0);
    }
    return a.length - b.length;
  }

  // The files that may have a word, or words that begin with it.
  function filesOf(word, prefix) {
    let low = 0;
    let high = index.files.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(index.files[middle][0], word) <= 0) low = middle + 1;
      else high = middle;
    }
    const first = Math.max(0, low - 1);
    let last = first;
    while (prefix && last + 1 < index.files.length && index.files[last + 1][0].startsWith(word)) last += 1;
    return index.files.slice(first, last + 1);
  }

  // Where a word stands: articles with its weight, or with its places if they are asked for.
  async function lookUp(word, prefix, withPlaces) {
    const found = new Map();
    await Promise.all(
      filesOf(word, prefix).map(async ([, file]) => {
        const [weights, at] = await Promise.all([load(`words/${file}`), withPlaces && load(`places/${file}`)]);
        const fitting = prefix ? Object.keys(weights).filter((one) => one.startsWith(word)) : [word];
        for (const one of fitting) {
          if (Object.hasOwn(weights, one)) gather(found, weights[one], withPlaces && at[one]);
        }
      }),
    );
    return found;
  }

  function gather(found, weights, places) {
    let number = 0;
    for (let at = 0; at < weights.length; at += 2) {
      number += weights[at];
      if (!places) found.set(number, (found.get(number) || 0) + weights[at + 1]);
      else found.set(number, [...(found.get(number) || []), ...sums(places[at / 2])]);
    }
  }

  const fieldOf = (place) => Math.min(Math.floor(place / index.span), index.fields.length - 1);

  // The articles that say a term, each with its weight there.
  async function hitsOf(term) {
    const last = term.words.length - 1;
    if (!last && !term.column) return lookUp(term.words[0], term.prefix, false);
    const all = await Promise.all(term.words.map((word, at) => lookUp(word, term.prefix && at === last, true)));
    const [first, ...rest] = all;
    const found = new Map();
    for (const [number, places] of first) {
      if (!rest.every((hits) => hits.has(number))) continue;
      const others = rest.map((hits) => new Set(hits.get(number)));
      const weight = places
        .filter((place) => others.every((hits, at) => hits.has(place + at + 1)))
        .map(fieldOf)
        .filter((field) => !term.column || index.fields[field] === term.column)
        .reduce((sum, field) => sum + index.weights[field], 0);
      if (weight) found.set(number, weight);
    }
    return found;
  }

  // Which articles a part of a query finds.
  async function evaluate(part, hits) {
    if (part.words) return new Set((await hits(part)).keys());
    if (part.fact) return new Set(index.numbers.filter((_, at) => part.fact(facts(at))));
    const each = (parts) => Promise.all(parts.map((one) => evaluate(one, hits)));
    if (part.any) return new Set((await each(part.any)).flatMap((found) => [...found]));
    const [wanted, unwanted] = await Promise.all([each(part.all), each(part.none)]);
    wanted.sort((one, other) => one.size - other.size);
    return new Set(
      [...(wanted[0] || index.numbers)].filter(
        (number) => wanted.every((found) => found.has(number)) && !unwanted.some((found) => found.has(number)),
      ),
    );
  }

  // BM25 as SQLite computes it (sqlite.org/fts5.html, section 5.1.1).
  function weigh(found, terms) {
    const total = index.numbers.length;
    const weights = new Map([...found].map((number) => [number, 0]));
    for (const hits of terms) {
      const rarity = Math.max(1e-6, Math.log((total - hits.size + 0.5) / (hits.size + 0.5)));
      for (const number of found) {
        const said = hits.get(number);
        if (!said) continue;
        const length = index.words[index.at.get(number)] / index.average;
        const score = (rarity * said * (K1 + 1)) / (said + K1 * (1 - B + B * length));
        weights.set(number, weights.get(number) + score);
      }
    }
    return weights;
  }

  // All articles that a query finds, the best or the newest first, as facts(); and what it says of them.
  archiveSearch.find = async function (text, newest) {
    await load("index");
    const query = archiveSearch.parse(text);
    const known = new Map();
    const hits = (term) => {
      const key = JSON.stringify([term.words, term.prefix, term.column]);
      if (!known.has(key)) known.set(key, hitsOf(term));
      return known.get(key);
    };
    const found = await evaluate(query.tree, hits);
    const weighed = !newest && query.terms.length > 0;
    const weights = weighed ? weigh(found, await Promise.all([...new Set(query.terms.map(hits))])) : new Map();
    const articles = [...found].map((number) => facts(index.at.get(number)));
    const weight = (article) => weights.get(article.number) || 0;
    articles.sort((a, b) => weight(b) - weight(a) || b.day.localeCompare(a.day) || b.number - a.number);
    return { articles, order: weighed ? "relevance" : "newest", words: query.words, titleWords: query.titleWords };
  };

  // How many of the articles have which source, year, language, access and discovery.
  archiveSearch.facets = function (articles) {
    const values = {
      source: (article) => [article.source],
      dated: (article) => [article.day.slice(0, 4)],
      lang: (article) => [article.language],
      access: (article) => [article.access],
      found: (article) => article.found,
    };
    return Object.entries(values)
      .map(([field, valuesOf]) => {
        const counts = new Map();
        for (const value of articles.flatMap(valuesOf)) if (value) counts.set(value, (counts.get(value) || 0) + 1);
        const years = field === "dated";
        const ordered = [...counts].sort((a, b) => (years ? b[0].localeCompare(a[0]) : b[1] - a[1] || (a[0] < b[0] ? -1 : 1)));
        return [field, ordered.slice(0, 8)];
      })
      .filter(([, counted]) => counted.length > 1);
  };
})();
