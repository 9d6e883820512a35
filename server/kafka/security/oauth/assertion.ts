import { createPrivateKey, type KeyObject, randomUUID, sign } from 'node:crypto';
import { readStoreFile } from '../../../certificates/store.ts';
import { settingError } from '../../settings-table.ts';
import type { SecuritySettings } from '../security-settings.ts';

const keys = {
  file: 'sasl.oauthbearer.assertion.file',
  privateKey: 'sasl.oauthbearer.assertion.private.key.file',
  template: 'sasl.oauthbearer.assertion.template.file',
} as const;

/**
 * Makes the signed assertion that stands for a client's secret (RFC 7523): read from a file, or signed here. Files are
 * read for every assertion, so that they can be exchanged while the client runs.
 */
export function assertionMaker(settings: SecuritySettings): () => string {
  const file = settings[keys.file];
  if (file !== null) return () => readStoreFile(keys.file, file).toString('utf8').trim();
  const privateKeyFile = settings[keys.privateKey];
  if (privateKeyFile === null) {
    throw settingError(keys.privateKey, `${keys.privateKey} or ${keys.file} is missing`);
  }
  return () => signed(settings, privateKeyFile);
}

function signed(settings: SecuritySettings, privateKeyFile: string): string {
  const algorithm = settings['sasl.oauthbearer.assertion.algorithm'];
  const template = readTemplate(settings[keys.template]);
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iat: now,
    exp: now + settings['sasl.oauthbearer.assertion.claim.exp.seconds'],
    nbf: now - settings['sasl.oauthbearer.assertion.claim.nbf.seconds'],
    ...(settings['sasl.oauthbearer.assertion.claim.jti.include'] ? { jti: randomUUID() } : {}),
    ...present('aud', settings['sasl.oauthbearer.assertion.claim.aud']),
    ...present('iss', settings['sasl.oauthbearer.assertion.claim.iss']),
    ...present('sub', settings['sasl.oauthbearer.assertion.claim.sub']),
    ...template.payload,
  };
  const text = `${base64url({ alg: algorithm, typ: 'JWT', ...template.header })}.${base64url(claims)}`;
  const key = readKey(privateKeyFile, settings['sasl.oauthbearer.assertion.private.key.passphrase']);
  const wanted = algorithm === 'ES256' ? 'ec' : 'rsa';
  if (key.asymmetricKeyType !== wanted) {
    throw settingError(
      keys.privateKey,
      `${privateKeyFile}, named by ${keys.privateKey}, holds a key of type ${key.asymmetricKeyType}, and ${algorithm} needs one of type ${wanted}`,
    );
  }
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}

function readKey(file: string, passphrase: string | null): KeyObject {
  const pem = readStoreFile(keys.privateKey, file);
  try {
    return createPrivateKey({ key: pem, format: 'pem', ...(passphrase === null ? {} : { passphrase }) });
  } catch {
    throw settingError(
      keys.privateKey,
      `${file}, named by ${keys.privateKey}, holds no private key in PEM form, or ${keys.privateKey.replace('.file', '.passphrase')} is wrong`,
    );
  }
}

interface Template {
  readonly header: object;
  readonly payload: object;
}

function readTemplate(file: string | null): Template {
  if (file === null) return { header: {}, payload: {} };
  try {
    const parsed: unknown = JSON.parse(readStoreFile(keys.template, file).toString('utf8'));
    if (typeof parsed !== 'object' || parsed === null) throw new Error('it is no JSON object');
    return { header: memberOf(parsed, 'header'), payload: memberOf(parsed, 'payload') };
  } catch {
    throw settingError(
      keys.template,
      `${file}, named by ${keys.template}, cannot be read as a JSON object of header and payload`,
    );
  }
}

function memberOf(parsed: object, name: 'header' | 'payload'): object {
  const value: unknown = Object.entries(parsed).find(([key]) => key === name)?.[1] ?? {};
  if (typeof value !== 'object' || value === null) throw new Error(`${name} is no object`);
  return value;
}

function present(name: string, value: string | null): object {
  return value === null ? {} : { [name]: value };
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
