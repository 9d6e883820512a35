import { expect, test } from 'vitest';
import { isAllowedHost } from './host-check.ts';
import { isSameOrigin } from './same-origin.ts';

test.each([
  'localhost',
  'localhost:3000',
  'LOCALHOST:3000',
  'app.localhost:80',
  '127.0.0.1:3000',
  '127.1.2.3',
  '[::1]:3000',
])('the loopback name %s is allowed', (host) => {
  expect(isAllowedHost(host, [])).toBe(true);
});

test.each([
  null,
  '',
  'evil.example',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  'evil.example:127',
  '[::2]:3000',
  'localhost:3000@evil.example',
  'localhost/evil',
])('%j is no name of this machine', (host) => {
  expect(isAllowedHost(host, [])).toBe(false);
});

test('a configured name is allowed, whatever its port and case', () => {
  expect(isAllowedHost('Connect.Example.org:8443', ['connect.example.org'])).toBe(true);
  expect(isAllowedHost('x.connect.example.org', ['connect.example.org'])).toBe(false);
});

function headers(values: Record<string, string>): Headers {
  return new Headers({ host: 'localhost:3000', ...values });
}

test('pages of the console and programs without a browser may change things', () => {
  expect(isSameOrigin(headers({ origin: 'http://localhost:3000', 'sec-fetch-site': 'same-origin' }))).toBe(
    true,
  );
  expect(isSameOrigin(headers({}))).toBe(true);
});

test('pages of others may not, not even of another port of this machine', () => {
  expect(isSameOrigin(headers({ origin: 'http://evil.example' }))).toBe(false);
  expect(isSameOrigin(headers({ origin: 'http://localhost:4000', 'sec-fetch-site': 'same-site' }))).toBe(
    false,
  );
  expect(isSameOrigin(headers({ origin: 'null' }))).toBe(false);
  expect(isSameOrigin(headers({ 'sec-fetch-site': 'cross-site' }))).toBe(false);
});
