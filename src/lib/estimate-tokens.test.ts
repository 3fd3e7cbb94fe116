import { describe, expect, it } from 'vitest';
import { estimateTokens, leastTokens } from './estimate-tokens.ts';

/** Counts of o200k (`few`) and cl100k (`many`), taken once. */
const COUNTED = [
  { name: 'a call', text: 'const rows = await db.query("SELECT * FROM users WHERE id = " + req.params.id);', few: 20, many: 20 },
  { name: 'a numbered line', text: '  42 + const password = "hunter2";', few: 11, many: 11 },
  { name: 'prose', text: 'Report only weaknesses that the added lines introduce, and quote the line.', few: 14, many: 14 },
  { name: 'Python', text: 'def load(path):\n    with open(path) as handle:\n        return yaml.load(handle)\n', few: 18, many: 18 },
  { name: 'humps', text: 'getUserAuthenticationTokenFromRequestHeaders(httpServletRequest); '.repeat(20), few: 221, many: 181 },
  { name: 'hexadecimal digits', text: 'a3f9c0d1e2b4567890abcdef1234567890fedcba '.repeat(20), few: 441, many: 421 },
];

describe('estimateTokens', () => {
  it.each(COUNTED)('is within two fifths of the count for $name', ({ text, few, many }) => {
    expect(estimateTokens(text)).toBeGreaterThan(Math.max(few, many) * 0.7);
    expect(estimateTokens(text)).toBeLessThan(Math.min(few, many) * 1.45);
  });

  it('counts nothing for nothing', () => expect(estimateTokens('')).toBe(0));

  it('is linear: a megabyte takes well under a second', () => {
    const startedAt = performance.now();
    estimateTokens(`${'<'.repeat(250_000)}${'é'.repeat(250_000)}${'aB'.repeat(250_000)}`);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});

describe('leastTokens', () => {
  it.each([
    ...COUNTED,
    {
      name: 'Cyrillic',
      text: 'Проверяет права пользователя перед удалением записи из базы данных и записывает событие в журнал. '.repeat(20),
      few: 382,
    },
    { name: 'Arabic', text: 'يتحقق من صلاحيات المستخدم قبل حذف السجل من قاعدة البيانات. '.repeat(20), few: 281 },
    { name: 'Chinese', text: '在删除数据库记录之前检查用户权限，并将事件写入日志文件。如果失败则返回错误。'.repeat(20), few: 401 },
    {
      name: 'long words',
      text: 'This function checks that the authenticated administrator permissions configuration environment is appropriate before continuing. '.repeat(
        20,
      ),
      few: 301,
    },
  ])('is never more than the count for $name', ({ text, few }) => {
    expect(leastTokens(text)).toBeLessThanOrEqual(few);
    expect(leastTokens(text)).toBeGreaterThan(few * 0.1);
  });
});
