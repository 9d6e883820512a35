export const caseFormats = [
  'LOWER_HYPHEN',
  'LOWER_UNDERSCORE',
  'LOWER_CAMEL',
  'UPPER_CAMEL',
  'UPPER_UNDERSCORE',
] as const;

type CaseFormat = (typeof caseFormats)[number];

const separators: Readonly<Record<CaseFormat, string>> = {
  LOWER_HYPHEN: '-',
  LOWER_UNDERSCORE: '_',
  LOWER_CAMEL: '',
  UPPER_CAMEL: '',
  UPPER_UNDERSCORE: '_',
};

export function parseCaseFormat(name: string): CaseFormat {
  return caseFormats.find((format) => format === name) ?? 'LOWER_UNDERSCORE';
}

/** A name in another of Guava's forms: `someName`, `some-name`, `SOME_NAME`. Only letters of ASCII have two cases. */
export function convertCase(name: string, from: CaseFormat, to: CaseFormat): string {
  if (from === to) return name;
  const separator = separators[from];
  if (separator !== '' && separators[to] !== '')
    return recased(name.replaceAll(separator, separators[to]), from, to);
  const words = separator === '' ? name.split(/(?<=[\s\S])(?=[A-Z])/) : name.split(separator);
  return words.map((word, index) => inCase(word, to, index === 0)).join(separators[to]);
}

/** Between two forms with separators, those of lower case leave the letters alone. */
function recased(name: string, from: CaseFormat, to: CaseFormat): string {
  if (to === 'UPPER_UNDERSCORE') return upper(name);
  return from === 'UPPER_UNDERSCORE' ? lower(name) : name;
}

function inCase(word: string, format: CaseFormat, isFirst: boolean): string {
  if (format === 'UPPER_UNDERSCORE') return upper(word);
  if (format === 'UPPER_CAMEL' || (format === 'LOWER_CAMEL' && !isFirst)) {
    return upper(word.slice(0, 1)) + lower(word.slice(1));
  }
  return lower(word);
}

function upper(text: string): string {
  return text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

function lower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
