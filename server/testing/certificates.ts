import { generateKeyPairSync, randomBytes } from 'node:crypto';
import forge from 'node-forge';

export interface TestCertificate {
  /** PEM; followed by those of its authority, where there is one that is not a root. */
  readonly certificate: string;
  /** PKCS#8, PEM. */
  readonly key: string;
}

export interface CertificateOptions {
  readonly commonName: string;
  /** Absent: it signs itself. */
  readonly issuer?: TestCertificate;
  readonly isAuthority?: boolean;
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  /** From and until, in days from now. Default: yesterday to ten days from now. */
  readonly validDays?: readonly [from: number, until: number];
}

const dayMs = 86_400_000;

/** Makes a certificate with an RSA key of its own. For tests only. */
export function makeCertificate(options: CertificateOptions): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = `01${randomBytes(8).toString('hex')}`;
  const [from, until] = options.validDays ?? [-1, 10];
  certificate.validity.notBefore = new Date(Date.now() + from * dayMs);
  certificate.validity.notAfter = new Date(Date.now() + until * dayMs);
  certificate.setSubject([{ name: 'commonName', value: options.commonName }]);
  const issuer =
    options.issuer === undefined ? null : forge.pki.certificateFromPem(options.issuer.certificate);
  certificate.setIssuer((issuer ?? certificate).subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: options.isAuthority === true, critical: true },
    ...(options.isAuthority === true
      ? [{ name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true }]
      : [{ name: 'extKeyUsage', serverAuth: true, clientAuth: true }]),
    ...alternativeNames(options),
  ]);
  const signer = forge.pki.privateKeyFromPem(options.issuer?.key ?? privateKey);
  certificate.sign(signer, forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(certificate), key: privateKey };
}

function alternativeNames({ dnsNames = [], ipAddresses = [] }: CertificateOptions): object[] {
  const altNames = [
    ...dnsNames.map((value) => ({ type: 2, value })),
    ...ipAddresses.map((ip) => ({ type: 7, ip })),
  ];
  return altNames.length === 0 ? [] : [{ name: 'subjectAltName', altNames }];
}
