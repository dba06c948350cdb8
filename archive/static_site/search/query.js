// The query language, as archive/query.py has it. A query becomes a tree:
//   {any: [...]}, {all: [...], none: [...]}, {words, prefix, column, text}, {fact: (article) => true or false}
"use strict";

(function () {
  const LONGEST = 1000;
  const MOST = 50;
  const COLUMNS = { title: "title", author: "authors", tag: "tags" };
  const ACCESS = ["free", "registration", "metered", "paywalled", "unknown"];
  const TOKEN = new RegExp(
    "[\\s\\0]+|(-(?=[^\\s)]))?(?:([()])" +
      "|(?:(title|author|tag|source|lang|access|found|dated|after|before):(?=\\S))?" +
      '(?:"([^"]*)"(\\*?)|([^\\s\\0()"]+)))',
    "iy",
  );

  class SearchError extends Error {}
  archiveSearch.SearchError = SearchError;

  function wrong(text, what, place) {
    const shown = text.slice(place, place + 40).split(/\s+/).filter(Boolean).join(" ");
    return new SearchError(`${what}, at character ${place + 1}: ${shown}`);
  }

  // What keyboards and input methods put for a quotation mark and a colon.
  const typed = (text) => text.replace(/[“”„‟＂]/g, '"').replace(/：/g, ":");

  function read(text) {
    const found = [];
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.length) {
      const place = TOKEN.lastIndex;
      const token = TOKEN.exec(text);
      if (!token) throw wrong(text, "There is a quotation mark without its pair", place);
      const [all, minus, paren, field, quoted, star, word] = token;
      if (paren === undefined && quoted === undefined && word === undefined) continue;
      const one = {
        text: paren || (word !== undefined ? word.replace(/\*+$/, "") : quoted),
        place,
        end: place + all.length,
        field: field && field.toLowerCase(),
        negative: Boolean(minus),
        prefix: Boolean(star) || (word !== undefined && word.endsWith("*")),
        operator: null,
      };
      if (quoted === undefined && !one.field && !one.prefix) {
        const operators = one.negative ? ["(", ")"] : ["AND", "OR", "NOT", "(", ")"];
        if (operators.includes(one.text)) one.operator = one.text;
      }
      found.push(one);
    }
    return found;
  }

  class Parser {
    constructor(text, rest) {
      this.text = text;
      this.rest = rest;
      this.terms = [];
      this.depth = 0;
    }

    either() {
      const parts = [this.both()];
      while (this.nextIs("OR")) {
        const operator = this.rest.shift();
        parts.push(this.both());
        if (parts.includes(null)) throw wrong(this.text, "OR stands between two things to look for", operator.place);
      }
      return parts.length === 1 ? parts[0] : { any: parts };
    }

    both() {
      const found = { all: [], none: [] };
      while (this.rest.length && !["OR", ")"].includes(this.rest[0].operator)) {
        this.one(found, this.nextIs("AND") ? this.rest.shift() : null);
      }
      return found.all.length || found.none.length ? found : null;
    }

    one(found, operator) {
      let negative = false;
      while (this.nextIs("NOT")) {
        operator = this.rest.shift();
        negative = !negative;
      }
      if (!this.rest.length || ["AND", "OR", ")"].includes(this.rest[0].operator)) {
        const place = (operator || this.rest[0]).place;
        throw wrong(this.text, "AND and NOT need something to look for after them", place);
      }
      const token = this.rest.shift();
      negative = negative !== token.negative;
      const marked = this.terms.length;
      const part = token.operator === "(" ? this.group(token) : this.term(token);
      if (negative) this.terms.length = marked;
      if (part) (negative ? found.none : found.all).push(part);
    }

    group(opening) {
      this.depth += 1;
      if (this.depth > 10) {
        throw wrong(this.text, "There are more than 10 parentheses inside of one another", opening.place);
      }
      const part = this.either();
      if (!this.nextIs(")")) throw wrong(this.text, "There is a ( without its )", opening.place);
      this.rest.shift();
      this.depth -= 1;
      return part;
    }

    term(token) {
      if (token.field && !COLUMNS[token.field]) return { fact: this.fact(token) };
      const phrase = archiveSearch.phrase(token.text, token.prefix);
      if (!phrase) return null;
      if (phrase.prefix && Array.from(phrase.words[phrase.words.length - 1]).length < 2) {
        throw wrong(this.text, "At least 2 letters stand before *", token.place);
      }
      const term = { ...phrase, text: token.text, marked: token.prefix, column: COLUMNS[token.field] || null };
      this.terms.push(term);
      return term;
    }

    // A fact is told from what an article is: {source, language, access, found, day}, the day as 2024-05-31 or empty.
    fact(token) {
      const { field, text, prefix } = token;
      const fits = (value, wanted) => (prefix ? value.startsWith(wanted) : value === wanted);
      if (field === "source") {
        const name = archiveSearch.letters(archiveSearch.fold(text));
        return (article) => fits(archiveSearch.letters(archiveSearch.fold(article.source)), name);
      }
      if (field === "lang") {
        const wanted = text.toLowerCase();
        return ({ language }) => fits(language.toLowerCase(), wanted) || language.toLowerCase().startsWith(`${wanted}-`);
      }
      if (field === "access") {
        if (!ACCESS.includes(text.toLowerCase())) {
          throw wrong(this.text, `access: is one of ${ACCESS.join(", ")}, not ${text}`, token.place);
        }
        return (article) => article.access === text.toLowerCase();
      }
      if (field === "found") {
        const spelled = (kind) => archiveSearch.letters(kind).toLowerCase();
        const kinds = Object.keys(archiveSearch.index.labels.found);
        if (!kinds.some((kind) => spelled(kind) === spelled(text))) {
          throw wrong(this.text, `found: is one of ${kinds.join(", ")}, not ${text}`, token.place);
        }
        return (article) => article.found.some((kind) => spelled(kind) === spelled(text));
      }
      if (!isDate(text)) {
        throw wrong(this.text, `${field}: is a date like 2024, 2024-05 or 2024-05-31, not ${text}`, token.place);
      }
      if (field === "dated") return ({ day }) => day.startsWith(text);
      return field === "after" ? ({ day }) => day >= text : ({ day }) => day !== "" && day < text;
    }

    nextIs(operator) {
      return this.rest.length > 0 && this.rest[0].operator === operator;
    }
  }

  function isDate(text) {
    if (!/^[0-9]{4}(-[0-9]{2}){0,2}$/.test(text)) return false;
    const [year, month, day] = [...text.split("-").map(Number), 1, 1];
    const date = new Date(Date.UTC(2000, month - 1, day));
    date.setUTCFullYear(year, month - 1, day);
    return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  }

  // A query, understood: its tree, and what of it is marked in texts and in titles.
  archiveSearch.parse = function (text) {
    if (text.length > LONGEST) throw new SearchError(`The query is longer than ${LONGEST} characters.`);
    const found = read(typed(text));
    if (found.length > MOST) throw new SearchError(`The query has more than ${MOST} parts.`);
    const parser = new Parser(text, found);
    const tree = parser.either();
    if (parser.rest.length) throw wrong(text, "There is a ) without its (", parser.rest[0].place);
    if (!tree) throw new SearchError("There is nothing to search for.");
    const words = (terms) => terms.map((term) => ({ text: term.text, prefix: term.marked }));
    return {
      tree,
      terms: parser.terms,
      words: words(parser.terms.filter((term) => !term.column)),
      titleWords: words(parser.terms.filter((term) => !term.column || term.column === "title")),
    };
  };

  function outer(found) {
    let depth = 0;
    return found.filter((token) => {
      if (token.operator === ")") depth -= 1;
      const shown = depth === 0 && !["(", ")"].includes(token.operator);
      if (token.operator === "(") depth += 1;
      return shown;
    });
  }

  // A query that finds of the same only what has this value.
  archiveSearch.narrow = function (query, field, value) {
    const words = typed(value).replace(/"/g, " ").trim();
    const fact = /^[\p{L}\p{N}_-]*[\p{L}\p{N}_]$/u.test(words) ? `${field}:${words}` : `${field}:"${words}"`;
    const either = outer(read(typed(query))).some((token) => token.operator === "OR");
    return `${either ? `(${query.trim()})` : query.trim()} ${fact}`.trim();
  };

  // The parts of a query that narrow() could have added, each with the query without it.
  archiveSearch.narrowings = function (query) {
    const found = outer(read(typed(query)));
    if (found.some((token) => token.operator)) return [];
    return found
      .filter((token) => token.field && token.field !== "title" && !token.negative)
      .map((token) => ({
        field: token.field,
        value: token.text,
        rest: `${query.slice(0, token.place)}${query.slice(token.end)}`.split(/\s+/).filter(Boolean).join(" "),
      }));
  };
})();
