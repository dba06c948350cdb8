// Loads the files of the index, and reads what they hold. See archive/static_site/search_index.py and numbers.py.
"use strict";

(function () {
  const LAST = 59;
  const REST = 32;
  const waiting = new Map();
  const loaded = new Map();
  const read = new Map();
  const root = new URL(".", document.currentScript.src);
  const index = {};

  // Called by the files.
  archiveSearch.open = function (facts) {
    Object.assign(index, facts);
    index.kind = numbersOf(facts.kind);
    index.days = daysOf(numbersOf(facts.days));
    index.total = index.kind.length;
    archiveSearch.setCjk(facts.cjk);
  };
  archiveSearch.add = (kind, name, data) => loaded.set(`${kind}/${name}`, data);
  archiveSearch.article = (number, data) => loaded.set(`articles/${number}`, { number, ...data });

  // What search/index.js says; it is there when openIndex() is.
  archiveSearch.index = index;
  archiveSearch.openIndex = () => load("index");

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

  function numbersOf(text) {
    const numbers = [];
    let number = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      const digit = code - (code > 92 ? 36 : 35);
      if (digit < LAST) {
        numbers.push(number * LAST + digit);
        number = 0;
      } else {
        number = number * REST + (digit - LAST) + 1;
      }
    }
    return numbers;
  }

  const unsign = (number) => (number % 2 ? -(number + 1) / 2 : number / 2);

  // The day of each article, like 2024-05-31, or nothing.
  function daysOf(runs) {
    const days = [];
    let last = 0;
    for (let at = 0; at < runs.length; at += 2) {
      if (runs[at]) last += unsign(runs[at] - 1);
      const day = runs[at] ? new Date(864e5 * last).toISOString().slice(0, 10) : "";
      for (let count = runs[at + 1]; count > 0; count--) days.push(day);
    }
    return days;
  }

  // What is read from a text once, under a name.
  function once(name, reading) {
    if (!read.has(name)) read.set(name, reading());
    return read.get(name);
  }

  // By rank, the weight of a word there.
  function weightsOf(text, first) {
    const weights = new Map();
    const numbers = numbersOf(text);
    let rank = first;
    for (let at = 0; at < numbers.length; at += 2) weights.set((rank += numbers[at]), numbers[at + 1]);
    return weights;
  }

  // By rank, the places of a word there; the ranks are those of its weights.
  function placesOf(text, weights) {
    const places = new Map();
    const numbers = numbersOf(text);
    let at = 0;
    for (const rank of weights.keys()) {
      const end = at + 1 + numbers[at];
      let place = 0;
      places.set(rank, numbers.slice(at + 1, end).map((step) => (place += step)));
      at = end;
    }
    return places;
  }

  // Words are in the order of their code points; JavaScript compares halves of them.
  function compare(one, other) {
    const [a, b] = [Array.from(one), Array.from(other)];
    for (let at = 0; at < a.length && at < b.length; at++) {
      if (a[at] !== b[at]) return a[at].codePointAt(0) - b[at].codePointAt(0);
    }
    return a.length - b.length;
  }

  // Of files that are named with their first words, those that may have a word, or words that begin with it.
  function filesOf(files, word, prefix) {
    let low = 0;
    let high = files.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(files[middle][0], word) <= 0) low = middle + 1;
      else high = middle;
    }
    const first = Math.max(0, low - 1);
    let last = first;
    while (prefix && last + 1 < files.length && files[last + 1][0].startsWith(word)) last += 1;
    return files.slice(first, last + 1).map(([, name]) => name);
  }

  // A word, or all that begin with it, in a window of articles: of each the weights, and how to load its places.
  archiveSearch.lookUp = async function (word, prefix, window) {
    const shelves = filesOf(index.shelves, word, prefix).map((name) => load(`shelves/${name}`));
    const lots = (await Promise.all(shelves)).flatMap((files) => filesOf(files, word, prefix));
    const found = await Promise.all(lots.map((lot) => inLot(lot, word, prefix, window)));
    return found.flat();
  };

  async function inLot(lot, word, prefix, window) {
    const entries = await load(`words/${lot}`);
    const words = prefix ? Object.keys(entries).filter((one) => one.startsWith(word)) : [word];
    const parts = words
      .filter((one) => Object.hasOwn(entries, one))
      .map((one) => (typeof entries[one] === "string" ? whole(lot, one, entries[one]) : part(entries[one][window], window)));
    return (await Promise.all(parts)).filter(Boolean);
  }

  function whole(lot, word, text) {
    const weights = once(`weights/${lot}/${word}`, () => weightsOf(text, 0));
    const places = async () => {
      const all = await load(`places/${lot}`);
      return once(`places/${lot}/${word}`, () => placesOf(all[word], weights));
    };
    return { weights, places };
  }

  // A word that is in many articles has a file for each window where it is.
  async function part(name, window) {
    if (!name) return null;
    const text = await load(`words/${name}`);
    const weights = weightsOf(text, window * index.window);
    return { weights, places: async () => placesOf(await load(`places/${name}`), weights) };
  }

  async function inWindow(kind, rank, reading) {
    const window = Math.floor(rank / index.window);
    const data = await load(`${kind}/${index[kind][window]}`);
    return once(`${kind}/${window}`, () => reading(data))[rank % index.window];
  }

  // How many words an article has, and which number: of the numbers each is told by its distance.
  archiveSearch.lengthOf = (rank) => inWindow("lengths", rank, numbersOf);
  archiveSearch.numberOf = (rank) =>
    inWindow("numbers", rank, (text) => {
      let number = 0;
      return numbersOf(text).map((step) => (number += unsign(step)));
    });
  // Its authors, by number: of each article is told how many, then which ones.
  archiveSearch.authorsOf = (rank) =>
    inWindow("authors", rank, (text) => {
      const numbers = numbersOf(text);
      const authors = [];
      for (let at = 0; at < numbers.length; at += 1 + numbers[at]) {
        authors.push(numbers.slice(at + 1, at + 1 + numbers[at]));
      }
      return authors;
    });
  archiveSearch.nameOf = async (author) => {
    const names = await load(`names/${index.names[Math.floor(author / index.lot)]}`);
    return names[author % index.lot];
  };
  archiveSearch.loadArticle = async (rank) => load(`articles/${await archiveSearch.numberOf(rank)}`);
})();
