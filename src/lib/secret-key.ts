import { createCipheriv, createDecipheriv, randomBytes, type ScryptOptions, scrypt } from 'node:crypto';
import { InputError } from '#model/errors.ts';

/** AES-256-GCM: a key of 256 bits, a nonce of 96 bits, a tag of 128 bits (NIST SP 800-38D). */
const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SALT_BYTES = 16;

/** https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt: 32 MiB, about a quarter of a second. */
const SCRYPT: ScryptOptions = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };

/** Below this, and of fewer different characters, a sentence can be guessed. */
const SHORTEST_PASSPHRASE = 16;
const FEWEST_CHARACTERS = 8;

const HOW = 'Set it to 32 random bytes: `openssl rand -base64 32`.';

/** What encrypts and decrypts; the key itself is not to be had from it. */
export interface SecretKey {
  /** Encrypts. `context` is not kept, and has to be the same to decrypt. */
  seal(value: string, context: string): Promise<string>;
  /** Null where this key or this context is not the one that it was sealed under, or where it was changed. */
  open(sealed: string, context: string): Promise<string | null>;
}

/**
 * Reads `AEGIS_SECRET_KEY`: 32 bytes in base64 or hexadecimal are the key; of any other text, at least 16 characters
 * long, the key is derived by scrypt with a random salt, which is kept with each sealed text. Throws `InputError` for
 * what is too weak; no error holds any of it.
 */
export function readSecretKey(text: string): SecretKey {
  const trimmed = text.trim();
  const raw = readBytes(trimmed);
  if (raw?.every((byte) => byte === 0)) throw new InputError('AEGIS_SECRET_KEY is all zeros', { hint: HOW });
  if (raw !== null) return sealer('raw', async () => raw);
  if (trimmed === '') throw new InputError('AEGIS_SECRET_KEY is empty', { hint: HOW });
  if (trimmed.length < SHORTEST_PASSPHRASE || new Set(trimmed).size < FEWEST_CHARACTERS) {
    const why = `a passphrase has at least ${SHORTEST_PASSPHRASE} characters, ${FEWEST_CHARACTERS} of them different`;
    throw new InputError(`AEGIS_SECRET_KEY is too weak: ${why}`, { hint: HOW });
  }
  const derived = new Map<string, Promise<Buffer>>();
  return sealer('scrypt', (salt) => {
    const id = salt.toString('base64url');
    const known = derived.get(id) ?? derive(trimmed, salt);
    derived.set(id, known);
    return known;
  });
}

function readBytes(text: string): Buffer | null {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === KEY_BYTES ? bytes : null;
}

function derive(passphrase: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, KEY_BYTES, SCRYPT, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

/** A sealed text is `v1.KIND.SALT.NONCE.CIPHERTEXT`, the last three in base64url, the tag at the end of the ciphertext. */
function sealer(kind: 'raw' | 'scrypt', keyFor: (salt: Buffer) => Promise<Buffer>): SecretKey {
  // One salt for all that this process seals: deriving is slow by design.
  const ownSalt = kind === 'raw' ? Buffer.alloc(0) : randomBytes(SALT_BYTES);
  return {
    async seal(value, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, await keyFor(ownSalt), nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(context));
      const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return ['v1', kind, ...[ownSalt, nonce, text].map((part) => part.toString('base64url'))].join('.');
    },
    async open(sealed, context) {
      const [version, sealedKind, ...parts] = sealed.split('.');
      const [salt, nonce, text] = parts.map((part) => Buffer.from(part, 'base64url'));
      if (version !== 'v1' || sealedKind !== kind || parts.length !== 3 || !salt || !nonce || !text) return null;
      if (nonce.length !== NONCE_BYTES || text.length < TAG_BYTES) return null;
      const decipher = createDecipheriv(CIPHER, await keyFor(salt), nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(text.subarray(-TAG_BYTES));
      try {
        return Buffer.concat([decipher.update(text.subarray(0, -TAG_BYTES)), decipher.final()]).toString('utf8');
      } catch {
        return null;
      }
    },
  };
}
