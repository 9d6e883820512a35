import { expect, test } from 'vitest';
import { checkSvg } from './plugin-svg.ts';

const open = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">';
const svg = (inner: string) => `${open}${inner}</svg>`;

test('a picture of shapes passes, without the declaration before it', () => {
  const picture = svg(
    '<title>Well</title><defs><linearGradient id="a"><stop offset="0" stop-color="#fff"/></linearGradient></defs>' +
      '<g fill="none" stroke=\'currentColor\'><path d="M0 0h24v24z" fill="url(#a)"/><circle cx="1" cy="1" r="1" /></g>',
  );
  expect(checkSvg(`<?xml version="1.0"?>\n${picture}\n`, 'icon')).toBe(picture);
});

test.each([
  ['a script', svg('<script>alert(1)</script>')],
  ['an event handler', svg('<path onload="alert(1)" d="M0 0"/>')],
  ['foreign content', svg('<foreignObject><div/></foreignObject>')],
  ['a style', svg('<style>*{}</style>')],
  ['a style attribute', svg('<path style="fill:url(http://x)"/>')],
  ['a link', svg('<a href="javascript:alert(1)"><path d="M0 0"/></a>')],
  ['a use', svg('<use href="#a"/>')],
  ['an image', svg('<image href="data:image/png;base64,AA"/>')],
  ['a paint from elsewhere', svg('<path fill="url(https://x/#a)" d="M0 0"/>')],
  ['an escaped paint', svg('<path fill="u\\72l(x)" d="M0 0"/>')],
  ['an animation', svg('<animate attributeName="href"/>')],
  ['an entity', svg('<title>&lt;x</title>')],
  ['a doctype', `<!DOCTYPE svg [<!ENTITY a "b">]>${svg('')}`],
  ['a comment', svg('<!-- x -->')],
  ['CDATA', svg('<![CDATA[x]]>')],
  ['text', svg('words')],
  ['another namespace', svg('<g xmlns="http://www.w3.org/1999/xhtml"/>')],
  ['a prefix', svg('<x:script xmlns:x="http://www.w3.org/2000/svg"/>')],
  ['two pictures', svg('') + svg('')],
  ['a page', '<html><svg/></html>'],
  ['a wrong end', `${open}<g></svg></g>`],
  ['no end', open],
  ['nothing', ''],
  ['no namespace', '<svg viewBox="0 0 1 1"><path d="M0 0"/></svg>'],
  ['too many elements', svg('<g/>'.repeat(600))],
  ['too many bytes', svg(`<title>${'x'.repeat(20_000)}</title>`)],
  ['a namespace that is only a value', '<svg id="xmlns=http://www.w3.org/2000/svg"></svg>'],
])('%s is refused', (_what, text) => {
  expect(() => checkSvg(text, 'icon')).toThrow('icon: the picture is refused');
});

test('a text made to be read slowly is refused soon', () => {
  expect(() => checkSvg(`${open}<path ${'a="" '.repeat(3000)}`, 'icon')).toThrow('refused');
});
