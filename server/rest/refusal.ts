/** A request that no resource gets to see: what is wrong lies in HTTP itself. */
export class Refusal extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.headers = headers;
  }
}

/** In the words of Java Connect's router. */
export function routerRefusal(
  status: 404 | 405 | 406 | 415,
  headers?: Readonly<Record<string, string>>,
): Refusal {
  return new Refusal(status, `HTTP ${status} ${reasons[status]}`, headers);
}

const reasons = {
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  415: 'Unsupported Media Type',
} as const;
