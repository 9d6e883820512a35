import { validateHeaderName, validateHeaderValue } from 'node:http';
import { ConnectError } from '../errors/connect-error.ts';

export interface ResponseHeader {
  readonly action: 'set' | 'add' | 'setdate' | 'adddate';
  readonly name: string;
  readonly value: string;
}

const actions = ['set', 'add', 'setdate', 'adddate'] as const;

/** `response.http.headers.config`: `action name:value` parted by commas; double quotes around an entry keep its commas. */
export function parseResponseHeaders(text: string): readonly ResponseHeader[] {
  const entries = [...text.matchAll(/"([^"]*)"|([^",]+)/g)]
    .map(([, quoted, plain]) => (quoted ?? plain ?? '').trim())
    .filter((entry) => entry !== '');
  return entries.map((entry) => {
    const match = /^(\w+)\s+([^\s:]+)\s*:\s*(.*)$/.exec(entry);
    const action = actions.find((known) => known === match?.[1]?.toLowerCase());
    const name = match?.[2];
    const value = match?.[3] ?? '';
    if (action === undefined || name === undefined || !isHeader(name, value)) {
      throw new ConnectError(
        'config',
        `Invalid value "${entry}" for configuration response.http.headers.config: expected "[action] [header name]:[header value]" with an action of set, add, setDate, addDate`,
      );
    }
    return { action, name, value: action.endsWith('date') ? toDate(value) : value };
  });
}

function isHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

function toDate(milliseconds: string): string {
  const date = new Date(Number(milliseconds));
  if (milliseconds === '' || Number.isNaN(date.getTime())) {
    throw new ConnectError(
      'config',
      `Invalid value ${milliseconds} for configuration response.http.headers.config: a date is milliseconds since 1970`,
    );
  }
  return date.toUTCString();
}
