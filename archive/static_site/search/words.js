// Words as the index holds them, and where a text says them. See archive/tokens.py and archive/snippets.py.
"use strict";

const archiveSearch = {};

(function () {
  const WIDTH = 240;
  const BEFORE = 60;
  const NO_LETTER = /[^\p{L}\p{N}]+/gu;
  let cjk, run, word;

  // Which characters are words by themselves: the inside of a [...], as the index names them.
  archiveSearch.setCjk = function (ranges) {
    cjk = new RegExp(`^[${ranges}]`, "u");
    run = new RegExp(`[${ranges}](?:[^\\p{L}\\p{N}]*[${ranges}])*`, "gu");
    word = new RegExp(`[${ranges}]|(?:(?![${ranges}])[\\p{L}\\p{N}])+`, "gu");
  };

  // Text without case, width and accents, like SQLite's unicode61 after NFKC: accents of Latin letters only.
  function fold(text) {
    return Array.from(text.normalize("NFKC"), (letter) => letter.toLowerCase())
      .join("")
      .replace(/ς/g, "σ")
      .replace(/\p{Script=Latin}/gu, (letter) => letter.normalize("NFD"))
      .replace(/[\u0300-\u036f]/g, "");
  }
  archiveSearch.fold = fold;

  function letters(text) {
    return text.replace(NO_LETTER, "");
  }
  archiveSearch.letters = letters;

  // The words of a run of characters: its pairs, and its ends where they are known to be ends.
  function wordsOf(characters, first, last) {
    if (characters.length === 1) return characters;
    const pairs = characters.slice(0, -1).map((character, place) => character + characters[place + 1]);
    return [...(first ? characters.slice(0, 1) : []), ...pairs, ...(last ? characters.slice(-1) : [])];
  }

  // What is looked for in the index for words that people type: words that stand side by side, of which the last
  // may go on. Null for no word.
  archiveSearch.phrase = function (text, prefix) {
    const folded = fold(text);
    const spaced = folded.replace(run, (found, place) => {
      const before = letters(folded.slice(0, place)) !== "";
      const after = letters(folded.slice(place + found.length)) !== "";
      return ` ${wordsOf(Array.from(letters(found)), before, after).join(" ")} `;
    });
    const words = spaced.split(NO_LETTER).filter(Boolean);
    if (!words.length) return null;
    return { words, prefix: prefix && !cjk.test(words[words.length - 1]) };
  };

  // The folded text, and for each of its characters, and its end, the place in the text.
  function foldWithPlaces(text) {
    if (/^[\0-\x7f]*$/.test(text)) return [text.toLowerCase(), null];
    let folded = "";
    const places = [];
    for (const cluster of text.matchAll(/.[\u0300-\u036f\u3099\u309a\uff9e\uff9f]*/gsu)) {
      const part = fold(cluster[0]);
      for (let count = 0; count < part.length; count++) places.push(cluster.index);
      folded += part;
    }
    return [folded, [...places, text.length]];
  }

  function isWord(character) {
    return !cjk.test(character);
  }

  function pattern(words) {
    const parts = words.map(({ text, prefix }) => {
      const tokens = fold(text).match(word) || [];
      let joined = "";
      tokens.forEach((token, place) => {
        if (place) joined += isWord(tokens[place - 1]) && isWord(token) ? "[^\\p{L}\\p{N}]+" : "[^\\p{L}\\p{N}]*";
        joined += token;
      });
      if (!joined) return "";
      const letter = "[\\p{L}\\p{N}]";
      const alone = `(?!${cjk.source.slice(1)})${letter}`;
      const start = isWord(tokens[0]) ? `(?<!${alone})` : "";
      const end = prefix ? `(?:${alone})*` : isWord(tokens[tokens.length - 1]) ? `(?!${alone})` : "";
      return start + joined + end;
    });
    const found = parts.filter(Boolean);
    return found.length ? new RegExp(found.join("|"), "gu") : null;
  }

  // Start and end of every place that says one of the words.
  function findMarks(text, words) {
    const said = pattern(words);
    if (!said) return [];
    const [folded, places] = foldWithPlaces(text);
    const at = (place) => (places ? places[place] : place);
    return [...folded.matchAll(said)].map((found) => [at(found.index), at(found.index + found[0].length)]);
  }
  archiveSearch.findMarks = findMarks;

  // The passage that says most of the words, or else the beginning, with its marks.
  archiveSearch.cutSnippet = function (text, words) {
    const paragraphs = text.match(/\S[^\n]*/g) || [""];
    const patterns = words.map((one) => pattern([one])).filter(Boolean);
    let best = paragraphs[0];
    let most = 0;
    for (const paragraph of paragraphs) {
      const [folded] = foldWithPlaces(paragraph);
      const said = patterns.filter((one) => folded.search(one) >= 0).length;
      if (said > most) [best, most] = [paragraph, said];
    }
    const marks = findMarks(best, words);
    const start = marks.length ? wordStart(best, Math.max(0, marks[0][0] - BEFORE)) : 0;
    const end = wordEnd(best, start + WIDTH);
    const before = start ? "…" : "";
    const after = end < best.length ? "…" : "";
    const shift = before.length - start;
    const shown = marks
      .filter(([from, to]) => start <= from && to <= end)
      .map(([from, to]) => [from + shift, to + shift]);
    return [before + best.slice(start, end) + after, shown];
  };

  function wordStart(text, place) {
    const space = place ? text.slice(place, place + BEFORE / 2).indexOf(" ") : -1;
    return space >= 0 ? place + space + 1 : place;
  }

  function wordEnd(text, place) {
    if (place >= text.length) return text.length;
    const space = text.slice(place - BEFORE / 2, place).lastIndexOf(" ");
    return space >= 0 ? place - BEFORE / 2 + space : place;
  }
})();
