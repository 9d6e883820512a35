import { settingError } from '../../settings-table.ts';
import type { JaasConfig } from '../sasl/jaas-config.ts';

const prefix = 'unsecuredLogin';

/** Whether `sasl.jaas.config` asks for tokens without a signature, which only brokers made for tests accept. */
export function wantsUnsecuredTokens(jaas: JaasConfig): boolean {
  return [...jaas.options.keys()].some((name) => name.startsWith(prefix));
}

/** As Java's default login: claims from the options of `sasl.jaas.config`. */
export function unsecuredToken(jaas: JaasConfig, nowMs = Date.now()): string {
  const claims: Record<string, unknown> = {};
  for (const [name, value] of jaas.options) {
    const match = /^unsecuredLogin(String|Number|List)Claim_(.+)$/.exec(name);
    if (match === null) continue;
    const [, kind = '', claim = ''] = match;
    if (claim === 'iat' || claim === 'exp') throw invalid(`the claim ${claim} cannot be set`);
    // A list's first character is what separates its parts.
    if (kind === 'List') claims[claim] = value.slice(1).split(value.slice(0, 1)).filter(Boolean);
    else if (kind === 'String') claims[claim] = value;
    else if (Number.isFinite(Number(value))) claims[claim] = Number(value);
    else throw invalid(`the claim ${claim} is no number`);
  }
  const lifetime = Number(jaas.options.get(`${prefix}LifetimeSeconds`) ?? '3600');
  if (!Number.isSafeInteger(lifetime)) throw invalid(`${prefix}LifetimeSeconds is no whole number`);
  const seconds = nowMs / 1000;
  const payload = { exp: seconds + lifetime, iat: seconds, ...claims };
  return `${base64url({ alg: 'none' })}.${base64url(payload)}.`;
}

function invalid(reason: string): Error {
  return settingError('sasl.jaas.config', `sasl.jaas.config cannot be used for tokens: ${reason}`);
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
