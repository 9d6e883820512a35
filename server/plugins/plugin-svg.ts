import { ConnectError } from '../errors/connect-error.ts';

export const maxSvgBytes = 16 * 1024;
const maxElements = 500;

const elements = new Set(
  'svg g path circle ellipse rect line polyline polygon title desc defs linearGradient radialGradient stop clipPath'.split(
    ' ',
  ),
);
const attributes = new Set(
  [
    'xmlns viewBox version width height x y x1 y1 x2 y2 cx cy r rx ry d points fx fy offset pathLength',
    'fill fill-opacity fill-rule stroke stroke-width stroke-linecap stroke-linejoin stroke-dasharray',
    'stroke-dashoffset stroke-opacity stroke-miterlimit clip-rule clip-path opacity transform',
    'gradientUnits gradientTransform spreadMethod clipPathUnits stop-color stop-opacity',
    'id role aria-hidden aria-label focusable preserveAspectRatio color',
  ]
    .join(' ')
    .split(' '),
);
const tag =
  /<(?:(\/)([A-Za-z]+)\s*|([A-Za-z]+)((?:\s+[A-Za-z][A-Za-z-]*\d*\s*=\s*(?:"[^"<&]*"|'[^'<&]*'))*)\s*(\/?))>/y;
const attribute = /([A-Za-z][A-Za-z-]*\d*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/**
 * Lets only pictures pass that are shapes and nothing else: no script, style, link, entity or foreign content, nothing
 * that is loaded. Throws a `config` error that says what is not allowed. The answer is the text without what is around.
 */
export function checkSvg(text: string, name: string): string {
  if (Buffer.byteLength(text) > maxSvgBytes) throw refused(name, `it is larger than ${maxSvgBytes} bytes`);
  const svg = text
    .replace(/^\uFEFF/, '')
    .replace(/^\s*<\?xml[^<>]*\?>/, '')
    .trim();
  const open: string[] = [];
  let count = 0;
  let at = 0;
  while (at < svg.length) {
    const next = svg.indexOf('<', at);
    const words = svg.slice(at, next === -1 ? svg.length : next);
    if (words.includes('&')) throw refused(name, 'entities are not allowed');
    if (words.trim() !== '' && !['title', 'desc'].includes(open.at(-1) ?? '')) {
      throw refused(name, 'text is not allowed');
    }
    if (next === -1) break;
    tag.lastIndex = next;
    const match = tag.exec(svg);
    if (match === null) throw refused(name, `"${svg.slice(next, next + 20)}" is not allowed`);
    at = tag.lastIndex;
    const [, closes, closed = '', opened = '', given = '', isEmpty] = match;
    if (closes) {
      if (open.pop() !== closed) throw refused(name, `</${closed}> closes nothing`);
      if (open.length === 0 && at < svg.length) throw refused(name, 'something comes after the picture');
      continue;
    }
    if (++count > maxElements) throw refused(name, `it has more than ${maxElements} elements`);
    if (!elements.has(opened)) throw refused(name, `<${opened}> is not allowed`);
    if ((open.length === 0) !== (opened === 'svg')) throw refused(name, 'it must be one <svg>');
    checkAttributes(given, name);
    if (!isEmpty) open.push(opened);
    else if (open.length === 0) throw refused(name, 'it is empty');
  }
  if (count === 0 || open.length > 0) throw refused(name, 'it is not a whole <svg>');
  if (!/^<svg[^>]*\sxmlns\s*=\s*["']http:\/\/www\.w3\.org\/2000\/svg["']/.test(svg)) {
    throw refused(name, 'xmlns="http://www.w3.org/2000/svg" is missing');
  }
  return svg;
}

function checkAttributes(given: string, name: string): void {
  for (const [, key = '', double, single] of given.matchAll(attribute)) {
    if (!attributes.has(key)) throw refused(name, `the attribute ${key} is not allowed`);
    const value = double ?? single ?? '';
    if (key === 'xmlns') {
      if (value !== 'http://www.w3.org/2000/svg') throw refused(name, 'another xmlns is not allowed');
    } else if (/[:\\@]|url\((?!#[\w-]+\)$)/i.test(value)) {
      throw refused(name, `the value of ${key} is not allowed`);
    }
  }
}

function refused(name: string, why: string): ConnectError {
  return new ConnectError('config', `${name}: the picture is refused: ${why}`);
}
