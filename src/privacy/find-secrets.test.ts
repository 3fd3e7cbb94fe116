import { describe, expect, it } from 'vitest';
import { findKnownTokens } from './find-known-tokens.ts';
import { findSecrets } from './find-secrets.ts';

// Made up, and put together here so that no scanner of repositories takes them for real.
const AWS = `AKIA${'Q3EGVZ5LPMXKDR2T'}`;
const GITHUB = `ghp_${'16C7e42F292c6912E7710c838347Ae178B4a'}`;
const JWT = `eyJ${'hbGciOiJIUzI1NiJ9'}.eyJ${'zdWIiOiIxMjM0NTY3ODkwIn0'}.${'dozjgNryP4J3jVmNHl0w5N'}`;
const KEY = ['MIIEowIBAAKCAQEAx1xUeL1Q8h9bq5GkMIIEowIBAAKCAQEAx1xUeL1Q8h9bq5Gk', 'Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4'];
const BEGIN = `-----BEGIN RSA ${'PRIVATE'} KEY-----`;
const END = `-----END RSA ${'PRIVATE'} KEY-----`;

describe('findSecrets', () => {
  it.each([
    { name: 'a token of a known form, wherever it stands', text: `connect(x, ${AWS})`, found: [AWS] },
    { name: 'a web token', text: `# ${JWT}`, found: [JWT] },
    { name: 'a literal given to a password', text: 'const dbPassword = "hunter2";', found: ['hunter2'] },
    { name: 'one with signs of a template in it', text: "passwd: 'P@$sw0rd1'", found: ['P@$sw0rd1'] },
    { name: 'one with another quote in it', text: `password = "it's4Secret"`, found: ["it's4Secret"] },
    { name: 'one that begins like a placeholder', text: `secret = "test-9fK2-xQ7z"`, found: ['test-9fK2-xQ7z'] },
    { name: 'one with a type between', text: 'const API_KEY: string = "b7f2-99ac-d1e0";', found: ['b7f2-99ac-d1e0'] },
    { name: 'a key of a mapping', text: `{ "client_secret": "Zx81-Kq0m!" }`, found: ['Zx81-Kq0m!'] },
    { name: 'an argument', text: `env.put("DB_PASSWORD", "s3cr3tValue")`, found: ['s3cr3tValue'] },
    { name: 'a password of YAML without quotes', text: 'db:\n  password: Tr0ub4dor3x\n  port: 5432', found: ['Tr0ub4dor3x'] },
    { name: 'a variable of a Dockerfile', text: 'ENV API_TOKEN=9f8e7d6c5b4a', found: ['9f8e7d6c5b4a'] },
    { name: 'a password in a URL', text: `'postgres://app:pa55w0rd@db.example.com/app'`, found: ['pa55w0rd'] },
    { name: 'a variable with a comment behind it', text: 'DB_PASSWORD=Tr0ub4dor3x # of staging', found: ['Tr0ub4dor3x'] },
    { name: 'a variable of a Dockerfile, with a space', text: 'ENV API_TOKEN 9f8e7d6c5b4a', found: ['9f8e7d6c5b4a'] },
    { name: 'a password of a connection string', text: `"Server=db;User Id=sa;Password=pa55w0rd;Database=x"`, found: ['pa55w0rd'] },
    { name: 'one at its end', text: `'Server=db;Pwd=pa55w0rd'`, found: ['pa55w0rd'] },
    { name: 'a key of a storage account', text: 'AccountName=x;AccountKey=Zm9vYmFyYmF6cXV4MQ==;Suffix=y', found: ['Zm9vYmFyYmF6cXV4MQ=='] },
    { name: 'a key in the query of a URL', text: `"https://api.example.com/v1?api_key=9f8e7d6c5b4a&x=1"`, found: ['9f8e7d6c5b4a'] },
    { name: 'an element of XML', text: '<db.password>pa55w0rd</db.password>', found: ['pa55w0rd'] },
    { name: 'a setting of XML', text: '<add key="ApiKey" value="9f8e7d6c5b4a" />', found: ['9f8e7d6c5b4a'] },
    { name: 'a token of npm', text: '//registry.example.com/:_authToken=9f8e7d6c-5b4a', found: ['9f8e7d6c-5b4a'] },
    { name: 'a password that curl is given', text: 'curl -u admin:pa55w0rd https://example.com', found: ['pa55w0rd'] },
    { name: 'each line of a private key', text: [BEGIN, ...KEY, END].join('\n'), found: KEY },
    { name: 'one on a single line', text: `"${BEGIN}\\n${KEY.join('\\n')}\\n${END}\\n"`, found: KEY },
    { name: 'the end of a private key whose beginning is not shown', text: [KEY[0], KEY[0], END].join('\n'), found: [KEY[0]] },
    { name: 'the beginning of one whose end is not shown', text: [BEGIN, ...KEY].join('\n'), found: KEY },
  ])('$name', ({ text, found }) => expect([...findSecrets(text)]).toEqual(found));

  it.each([
    'const password = req.body.password',
    'const token = "your-token-here"',
    'password = "changeme123"',
    'password = "test-password"',
    'password = "$DB_PASSWORD"',
    "'postgres://user:password@host/db'",
    'const author = "mona9@example.com"',
    'tokenizer = "gpt2-xl-v3"',
    'const passedOver = ["chunk-2"]',
    'bypass: "chunk-2-of-3"',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of another language.
    'password: ${DB_PASSWORD}',
    'api_key: env:OPENAI_API_KEY',
    'const tokenType = "oauth2"',
    'const secretPath = "/run/secrets/db1"',
    'const tokenUrl = "https://login.example.com/oauth2/token"',
    'const passwordField = "password"',
    'password = "***masked***"',
    'token = next_token1',
    'password = next(user2); token = read2()',
    '"SELECT id FROM users WHERE name=?;" + password',
    '"?token=" + token1 + "&page=2"',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of another language.
    '`/login?token=${token2}`',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of another language.
    '<password>${db.password}</password>',
    '<input name="password" type="password" value="" />',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of another language.
    '//registry.example.com/:_authToken=${NPM_TOKEN}',
    'docker run -u 1000:1000 image',
    '# TOKEN=your-token # put yours here',
    'const title = "hunter2 was here"',
    'integrity: "sha512-0123456789abcdef0123456789abcdef"',
    '"SELECT * FROM users WHERE id = 42"',
  ])('is quiet on %s', (text) => expect([...findSecrets(text)]).toEqual([]));

  it('takes a time that grows with the text alone', () => {
    const nasty = `${'password'.repeat(20_000)}\n${'eyJ'.repeat(20_000)}\n${'a'.repeat(50_000)}://${'x'.repeat(50_000)}\n${';password='.repeat(20_000)}\n${'<password'.repeat(20_000)}\n${'-u a:'.repeat(20_000)}\n${'ENV TOKEN '.repeat(20_000)}\n${`password = "test${'a'.repeat(1_900)}!1"\n`.slice(0, 1_800).repeat(50)}`;
    expect([...findSecrets(nasty)]).toEqual([]);
  });
});

describe('findKnownTokens', () => {
  it('finds what the rules of secretlint know, without what stands around it', async () => {
    const text = `token = "${GITHUB}"\nAWS_SECRET_ACCESS_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYabcdefghij"\nx = 1\n`;
    expect([...(await findKnownTokens(text))].toSorted()).toEqual([GITHUB, 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYabcdefghij']);
  });

  it('finds nothing in plain code, however long', async () => {
    expect((await findKnownTokens('const rows = db.query(sql, [id]);\n'.repeat(10_000))).size).toBe(0);
  });
});
