import { generateKeyPairSync, randomBytes } from 'node:crypto';

/** An ed25519 key pair as OpenSSH writes it to files. */
export interface OpensshKey {
  /** `ssh-ed25519 AAAA… comment`, one line without a line break. */
  publicKey: string;
  /** The private key, not encrypted: for a file that only its owner may read. */
  privateKey: string;
}

const type = 'ssh-ed25519';

/**
 * Makes a fresh ed25519 key pair. Node writes private keys as PKCS #8, which OpenSSH does not read for this type, so the
 * file is built here: https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
 */
export function makeOpensshKey(comment: string): OpensshKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { x = '', d = '' } = privateKey.export({ format: 'jwk' });
  const [open, secret] = [Buffer.from(x, 'base64url'), Buffer.from(d, 'base64url')];
  const blob = Buffer.concat([text(type), text(open)]);
  // The same number twice tells whoever reads it that the key was decrypted well.
  const check = randomBytes(4);
  const inside = [check, check, text(type), text(open), text(Buffer.concat([secret, open])), text(comment)];
  const none = text('none');
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    // No cipher, no key derivation and its (empty) options, one key.
    none,
    none,
    text(''),
    number(1),
    text(blob),
    text(padded(Buffer.concat(inside))),
  ]);
  const lines = file.toString('base64').match(/.{1,70}/g) ?? [];
  return {
    publicKey: `${type} ${blob.toString('base64')} ${comment}`,
    privateKey: `${['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----'].join('\n')}\n`,
  };
}

// A string of RFC 4251, section 5: its length, then its bytes.
function text(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([number(bytes.length), bytes]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

// 1, 2, 3 … up to a multiple of eight bytes, the block of no cipher.
function padded(bytes: Buffer): Buffer {
  const missing = (8 - (bytes.length % 8)) % 8;
  return Buffer.concat([bytes, Buffer.from(Array.from({ length: missing }, (_, index) => index + 1))]);
}
