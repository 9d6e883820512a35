import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

interface PemPair {
  readonly certificate: string;
  readonly key: string;
}

export interface TokenCall {
  readonly authorization: string | undefined;
  readonly fields: Readonly<Record<string, string>>;
}

/** For tests: a token endpoint that signs what it gives out, and does as it is told. */
export class FakeTokenEndpoint {
  readonly calls: TokenCall[] = [];
  /** Claims beside `iat` and `exp`. */
  claims: Record<string, unknown> = { sub: 'client', scope: 'kafka', aud: 'kafka' };
  lifetimeSeconds = 3600;
  /** Answers in the endpoint's stead while it gives true. */
  intercept: (call: TokenCall, response: ServerResponse) => boolean = () => false;
  /** The key as brokers load it. */
  readonly jwks: string;
  readonly #key: KeyObject;
  readonly #isTls: boolean;
  readonly #server: Server;

  static async start(certificate?: PemPair): Promise<FakeTokenEndpoint> {
    const endpoint = new FakeTokenEndpoint(certificate);
    await new Promise<void>((done) => endpoint.#server.listen(0, '127.0.0.1', done));
    return endpoint;
  }

  private constructor(certificate?: PemPair) {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.#key = privateKey;
    const key = { ...publicKey.export({ format: 'jwk' }), kid: 'test', use: 'sig', alg: 'RS256' };
    this.jwks = JSON.stringify({ keys: [key] });
    const answer = (request: IncomingMessage, response: ServerResponse) =>
      void this.#answer(request, response);
    this.#isTls = certificate !== undefined;
    this.#server =
      certificate === undefined
        ? createServer(answer)
        : createTlsServer({ cert: certificate.certificate, key: certificate.key }, answer);
  }

  get url(): string {
    const address = this.#server.address();
    return `${this.#isTls ? 'https' : 'http'}://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/token`;
  }

  /** A token such as the endpoint gives out. */
  token(): string {
    const now = Math.floor(Date.now() / 1000);
    const payload = { iat: now, exp: now + this.lifetimeSeconds, ...this.claims };
    const text = `${base64url({ alg: 'RS256', kid: 'test' })}.${base64url(payload)}`;
    return `${text}.${sign('sha256', Buffer.from(text), this.#key).toString('base64url')}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { authorization } = request.headers;
    const call = { authorization, fields: Object.fromEntries(new URLSearchParams(body)) };
    this.calls.push(call);
    if (this.intercept(call, response)) return;
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ access_token: this.token(), token_type: 'Bearer' }));
  }
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
