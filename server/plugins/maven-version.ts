/**
 * Orders version texts as Maven does, whose notation `plugin.version` settings use (KIP-891): numbers by value, absent
 * parts as zero, `alpha < beta < milestone < rc < snapshot < release < sp`, other words after these, and `-` opens a
 * list of its own that counts less than a further number.
 */
export function compareVersions(one: string, other: string): number {
  return compareLists(parse(one), parse(other));
}

/** A number is its digits without leading zeros, so that none is too long; a list is what follows a dash. */
type Item = { readonly number: string } | { readonly word: string } | { readonly list: Item[] };

const knownWords = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];
const aliases: Readonly<Record<string, string>> = { ga: '', final: '', release: '', cr: 'rc' };
const shortWords: Readonly<Record<string, string>> = { a: 'alpha', b: 'beta', m: 'milestone' };
const maxLength = 1024;

function parse(text: string): Item[] {
  const version = text.slice(0, maxLength).toLowerCase();
  const root: Item[] = [];
  const open: Item[][] = [root];
  let list = root;
  const nest = () => {
    const inner: Item[] = [];
    list.push({ list: inner });
    list = inner;
    open.push(inner);
  };
  let isDigits = false;
  let start = 0;
  for (let index = 0; index < version.length; index++) {
    const character = version.charAt(index);
    if (character === '.' || character === '-') {
      list.push(index === start ? { number: '' } : itemOf(isDigits, version.slice(start, index), false));
      start = index + 1;
      if (character === '-') nest();
    } else if (isDigit(character)) {
      if (!isDigits && index > start) {
        if (list.length > 0) nest();
        list.push(itemOf(false, version.slice(start, index), true));
        start = index;
        nest();
      }
      isDigits = true;
    } else {
      if (isDigits && index > start) {
        list.push(itemOf(true, version.slice(start, index), false));
        start = index;
        nest();
      }
      isDigits = false;
    }
  }
  if (version.length > start) {
    if (!isDigits && list.length > 0) nest();
    list.push(itemOf(isDigits, version.slice(start), false));
  }
  for (let inner = open.pop(); inner !== undefined; inner = open.pop()) normalize(inner);
  return root;
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

function itemOf(isDigits: boolean, text: string, isBeforeDigit: boolean): Item {
  if (isDigits) return { number: text.replace(/^0+/, '') };
  const word = (isBeforeDigit ? shortWords[text] : undefined) ?? text;
  return { word: Object.hasOwn(aliases, word) ? (aliases[word] ?? '') : word };
}

/** Zeros and empty words at the end of a list, and before a list, say nothing. */
function normalize(list: Item[]): void {
  for (let index = list.length - 1; index >= 0; index--) {
    const item = list[index];
    if (item === undefined) continue;
    if (isNull(item)) {
      const next = list[index + 1];
      if (next === undefined || !('number' in next)) list.splice(index, 1);
    } else if (!('list' in item)) break;
  }
}

function isNull(item: Item): boolean {
  if ('number' in item) return item.number === '';
  return 'word' in item ? item.word === '' : item.list.length === 0;
}

function compareLists(one: readonly Item[], other: readonly Item[]): number {
  for (let index = 0; index < Math.max(one.length, other.length); index++) {
    const left = one[index];
    const right = other[index];
    const order =
      left === undefined
        ? right === undefined
          ? 0
          : -compareItem(right, undefined)
        : compareItem(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

function compareItem(one: Item, other: Item | undefined): number {
  if ('number' in one) {
    if (other === undefined) return one.number === '' ? 0 : 1;
    return 'number' in other ? compareNumbers(one.number, other.number) : 1;
  }
  if ('word' in one) {
    if (other === undefined) return compareWords(one.word, '');
    return 'word' in other ? compareWords(one.word, other.word) : -1;
  }
  if (other === undefined) {
    for (const item of one.list) {
      const order = compareItem(item, undefined);
      if (order !== 0) return order;
    }
    return 0;
  }
  if ('list' in other) return compareLists(one.list, other.list);
  return 'number' in other ? -1 : 1;
}

function compareNumbers(one: string, other: string): number {
  if (one.length !== other.length) return Math.sign(one.length - other.length);
  return one < other ? -1 : one > other ? 1 : 0;
}

function compareWords(one: string, other: string): number {
  const [left, right] = [rankOf(one), rankOf(other)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Words that Maven does not know come after those it knows, by their letters. */
function rankOf(word: string): string {
  const known = knownWords.indexOf(word);
  return known === -1 ? `${knownWords.length}-${word}` : String(known);
}
