import { describe, expect, it } from 'vitest';
import { javaNumberText } from './java-number-text.ts';

describe('numbers in configs', () => {
  it.each([
    ['5', '5'],
    ['-7', '-7'],
    ['12345678901234567890', '12345678901234567890'],
    ['1.50', '1.5'],
    ['1e3', '1000.0'],
    ['0.001', '0.001'],
    ['0.0001', '1.0E-4'],
    ['1e7', '1.0E7'],
    ['9999999.5', '9999999.5'],
    ['123456789.25', '1.2345678925E8'],
    ['-0.0', '-0.0'],
    ['1e400', 'Infinity'],
  ])('%s becomes the text %s', (source, text) => {
    expect(javaNumberText(source)).toBe(text);
  });
});
