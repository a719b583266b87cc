import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A certificate that signs itself, and its key, PEM. A client trusts it when it is given as `ca`. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/**
 * A certificate of a server, valid for a day from an hour ago. Node reads certificates and makes none, so this writes the DER.
 * Source: RFC 5280, 4.1 "Basic Certificate Fields".
 * @param names DNS names and IPv4 addresses of the server
 */
export function aCertificate(...names: string[]): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid('2a8648ce3d040302')); // ecdsa-with-SHA256
  const name = sequence(tagged(0x31, sequence(oid('550403'), tagged(0x0c, Buffer.from('a receiver')))));
  const extensions = [
    sequence(oid('551d13'), octets(sequence(tagged(0x01, Buffer.of(0xff))))), // basicConstraints: an authority
    sequence(oid('551d11'), octets(sequence(...names.map(alternativeName)))),
  ];
  const content = sequence(
    tagged(0xa0, integer(Buffer.of(2))), // version 3
    integer(Buffer.concat([Buffer.of(1), randomBytes(8)])),
    algorithm,
    name,
    sequence(time(-3600_000), time(24 * 3600_000)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions)),
  );
  const signature = tagged(0x03, Buffer.of(0), sign('sha256', content, privateKey));
  const der = sequence(content, algorithm, signature).toString('base64');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${der.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** A DER value: its tag, its length (below 64 KiB), its content. */
function tagged(tag: number, ...content: Uint8Array[]): Buffer {
  const bytes = Buffer.concat(content);
  return Buffer.concat([Buffer.of(tag), lengthOf(bytes), bytes]);
}

function lengthOf({ length }: Uint8Array): Buffer {
  if (length < 0x80) return Buffer.of(length);
  return length < 0x100 ? Buffer.of(0x81, length) : Buffer.of(0x82, length >> 8, length & 0xff);
}

const sequence = (...content: Uint8Array[]) => tagged(0x30, ...content);
const integer = (bytes: Uint8Array) => tagged(0x02, bytes);
const octets = (content: Uint8Array) => tagged(0x04, content);
const oid = (hex: string) => tagged(0x06, Buffer.from(hex, 'hex'));

/** UTCTime, `YYMMDDHHMMSSZ`. */
const time = (fromNow: number) =>
  tagged(
    0x17,
    Buffer.from(`${new Date(Date.now() + fromNow).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`),
  );

function alternativeName(name: string): Buffer {
  const isAddress = /^[\d.]+$/.test(name);
  return isAddress ? tagged(0x87, Buffer.from(name.split('.').map(Number))) : tagged(0x82, Buffer.from(name));
}
