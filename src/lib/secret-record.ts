import { InputError } from '#model/errors.ts';
import { readSecretKey, type SecretKey } from './secret-key.ts';

/** What is known of a secret, wherever it is stored. */
interface SecretTerms {
  readonly name: string;
  readonly hosts: readonly string[];
  readonly repositories: readonly string[];
}

/** A secret as it is stored. */
export interface SecretRecord extends SecretTerms {
  readonly sealed: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

const LONGEST_NAME = 100;
const LONGEST_VALUE = 64 * 1024;
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?)(:\d{1,5})?$/;
const REPOSITORY = /^[\w.-]+\/([\w.-]+|\*)$/;

/** Encrypts and decrypts the secrets of one store. */
export interface SecretVault {
  /** Throws `InputError` for a name, a host, a repository or a value that cannot be. */
  seal(secret: SecretTerms & { readonly value: string }): Promise<Omit<SecretRecord, 'createdAt'>>;
  /** Throws `InputError` where it cannot be decrypted. */
  open(record: SecretRecord): Promise<string>;
}

/** `secretKey` is `AEGIS_SECRET_KEY`; it is read when it is first needed, and `InputError` is thrown then. */
export function createSecretVault(secretKey: string): SecretVault {
  let key: SecretKey | null = null;
  const keyOf = (): SecretKey => {
    key ??= readSecretKey(secretKey);
    return key;
  };
  return {
    async seal(secret) {
      const checked = checkSecret(secret);
      const { name, hosts, repositories } = checked;
      return { name, hosts, repositories, sealed: await keyOf().seal(checked.value, contextOf(checked)) };
    },
    async open(record) {
      const value = await keyOf().open(record.sealed, contextOf(record));
      if (value !== null) return value;
      throw new InputError(`The stored secret ${record.name} cannot be decrypted: AEGIS_SECRET_KEY is not the one it was stored under`, {
        hint: `Set the key of that time, or store it again with \`aegis secrets set ${record.name}\`.`,
      });
    },
  };
}

/** Bound to the value: who can write to the store, and has no key, cannot have a secret sent elsewhere. */
function contextOf({ name, hosts, repositories }: SecretTerms): string {
  return JSON.stringify(['aegis-secret', name, hosts, repositories]);
}

function checkSecret(secret: SecretTerms & { readonly value: string }): SecretTerms & { readonly value: string } {
  const { name, repositories } = secret;
  if (!/^[A-Za-z_]\w*$/.test(name) || name.length > LONGEST_NAME) {
    throw new InputError('That is no name for a secret', { hint: 'Take letters, digits and underscores, as in OPENAI_KEY.' });
  }
  const hosts = secret.hosts.map((host) => host.toLowerCase());
  const wrongHost = hosts.find((host) => !HOST.test(host));
  if (wrongHost !== undefined) {
    throw new InputError(`The secret ${name} names ${JSON.stringify(wrongHost)}, which is no host`, {
      hint: 'Write a host as api.example.com or api.example.com:8443, without https:// and path.',
    });
  }
  const wrongRepository = repositories.find((repository) => !REPOSITORY.test(repository));
  if (wrongRepository !== undefined) {
    throw new InputError(`The secret ${name} names ${JSON.stringify(wrongRepository)}, which is no repository`, {
      hint: 'Write a repository as owner/name, or owner/* for all of an owner.',
    });
  }
  // A key from a file ends with a line break; sent in a header, that would be refused with the key in the message.
  const value = secret.value.trim();
  if (value === '' || value.length > LONGEST_VALUE || /\p{Cc}|\p{Cs}/u.test(value)) {
    throw new InputError(`The value of the secret ${name} is ${value === '' ? 'empty' : 'no key'}`, {
      hint: 'A key is one line of text, up to 64 KB.',
    });
  }
  return { name, hosts, repositories: [...repositories], value };
}
