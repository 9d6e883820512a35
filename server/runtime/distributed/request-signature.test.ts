import { describe, expect, test } from 'vitest';
import { codeOf, messageOf } from '../../errors/connect-error.ts';
import { hashOfMac } from '../mac-algorithms.ts';
import { requireSignature, type SignatureRules, signatureHeaders } from './request-signature.ts';

const key = { key: Buffer.from('Jefe'), algorithm: 'HmacSHA256', createdAt: 1 };
const body = 'what do ya want for nothing?';
const rules: SignatureRules = { isRequired: true, key, accepted: ['HmacSHA256', 'HmacSHA512'] };

function refusal(received: Parameters<typeof requireSignature>[0], more: Partial<SignatureRules> = {}) {
  try {
    requireSignature(received, { ...rules, ...more });
    return null;
  } catch (error) {
    return `${codeOf(error)}: ${messageOf(error)}`;
  }
}

function signed(text: string, algorithm = 'HmacSHA256') {
  const headers = signatureHeaders(key, algorithm, text);
  return {
    body: text,
    signature: headers['X-Connect-Authorization'] ?? null,
    algorithm: headers['X-Connect-Request-Signature-Algorithm'] ?? null,
  };
}

describe('signatures of requests between workers', () => {
  test.each([
    ['HmacMD5', '750c783e6ab0b503eaa86e310a5db738'],
    ['HmacSHA1', 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
    ['HmacSHA224', 'a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44'],
    ['HmacSHA256', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
    [
      'HmacSHA384',
      'af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649',
    ],
    [
      'HmacSHA512',
      '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
    ],
  ])('with %s are those of RFC 2202 and RFC 4231', (algorithm, hex) => {
    expect(signatureHeaders(key, algorithm, body)).toEqual({
      'X-Connect-Authorization': Buffer.from(hex, 'hex').toString('base64'),
      'X-Connect-Request-Signature-Algorithm': algorithm,
    });
  });

  test('are accepted for what was signed, with every accepted algorithm', () => {
    expect(refusal(signed(body))).toBeNull();
    expect(refusal(signed('[{"k":"ü€"}]', 'HmacSHA512'))).toBeNull();
    expect(refusal(signed(''))).toBeNull();
  });

  test('are refused for another body, with another key, and cut short', () => {
    const invalid = 'forbidden: Internal request contained invalid signature.';
    expect(refusal({ ...signed(body), body: `${body} ` })).toBe(invalid);
    expect(refusal(signed(body), { key: { ...key, key: Buffer.from('other') } })).toBe(invalid);
    expect(refusal({ ...signed(body), signature: 'W9w=' })).toBe(invalid);
    expect(refusal({ ...signed(body), signature: '' })).toBe(invalid);
  });

  test('must be there with both headers once the group signs', () => {
    const missing = 'bad-request: Internal request missing required signature';
    expect(refusal({ ...signed(body), signature: null })).toBe(missing);
    expect(refusal({ ...signed(body), algorithm: null })).toBe(missing);
    expect(refusal({ body, signature: null, algorithm: null }, { isRequired: false })).toBeNull();
  });

  test('of an algorithm that is not configured are refused before the key is looked at', () => {
    expect(refusal(signed(body, 'HmacSHA384'), { key: null })).toContain(
      "bad-request: This worker does not support the 'HmacSHA384' key signing algorithm used by other workers.",
    );
  });

  test('cannot be checked before there is a key', () => {
    expect(refusal(signed(body), { key: null })).toContain('unavailable: This worker is still starting up');
  });

  test('that make no sense are refused even when none is asked for', () => {
    const nonsense = { ...signed(body), algorithm: 'nonsense' };
    expect(refusal(nonsense)).toBe('bad-request: Algorithm nonsense not available');
    expect(refusal(nonsense, { isRequired: false })).toBe('bad-request: Algorithm nonsense not available');
    expect(refusal({ ...signed(body), signature: 'a!b' }, { isRequired: false })).toBe(
      'bad-request: The header X-Connect-Authorization is not base64',
    );
  });

  test('take algorithms by their Java names in any case', () => {
    expect(['HMACSHA512/256', 'hmacsha3-256', 'HmacWhirlpool', '__proto__'].map(hashOfMac)).toEqual([
      'sha512-256',
      'sha3-256',
      null,
      null,
    ]);
  });
});
