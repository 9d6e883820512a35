import { describe, expect, it } from 'vitest';
import type { Properties } from '../../ports/properties.ts';
import { parseSecuritySettings } from '../security-settings.ts';
import { tlsVersions } from './tls-versions.ts';

function versions(properties: Properties): string {
  const { minVersion, maxVersion } = tlsVersions(parseSecuritySettings(properties));
  return `${minVersion} to ${maxVersion}`;
}

describe('TLS versions', () => {
  it('are those that ssl.enabled.protocols and ssl.protocol both allow', () => {
    const cases: [Properties, string][] = [
      [{}, 'TLSv1.2 to TLSv1.3'],
      [{ 'ssl.protocol': 'TLS' }, 'TLSv1.2 to TLSv1.3'],
      [{ 'ssl.protocol': 'TLSv1.2' }, 'TLSv1.2 to TLSv1.2'],
      [{ 'ssl.enabled.protocols': 'TLSv1.3' }, 'TLSv1.3 to TLSv1.3'],
      [{ 'ssl.enabled.protocols': 'TLSv1.2' }, 'TLSv1.2 to TLSv1.2'],
      [{ 'ssl.enabled.protocols': '' }, 'TLSv1.2 to TLSv1.3'],
      // Old files name all there were; what is no longer secure is left out.
      [{ 'ssl.enabled.protocols': 'TLSv1.2,TLSv1.1,TLSv1' }, 'TLSv1.2 to TLSv1.2'],
    ];
    for (const [properties, expected] of cases) expect(versions(properties)).toBe(expected);
  });

  it('are refused when none is left or one is not known', () => {
    const cases: [Properties, string][] = [
      [{ 'ssl.enabled.protocols': 'TLSv1.1,TLSv1' }, 'ssl.enabled.protocols=TLSv1.1,TLSv1 is not secure'],
      [{ 'ssl.protocol': 'TLSv1.1' }, 'ssl.protocol=TLSv1.1 is not secure'],
      [
        { 'ssl.protocol': 'TLSv1.2', 'ssl.enabled.protocols': 'TLSv1.3' },
        'leaves none of ssl.enabled.protocols',
      ],
      [{ 'ssl.enabled.protocols': 'TLSv1.4' }, 'the TLS version TLSv1.4 is not known'],
      [{ 'ssl.protocol': 'tls' }, 'the TLS version tls is not known'],
    ];
    for (const [properties, message] of cases) expect(() => versions(properties)).toThrow(message);
  });
});
