import type { SignalKind } from './phrases.ts';

/** Chinese has no space between words; a gap is some characters of a clause. */
const GAP = '[^。！？.!?\\n]{0,12}?';
const pattern = (...parts: readonly string[]): RegExp => new RegExp(parts.join(GAP), 'giu');

const FOUND = '(?:漏洞|安全问题|安全缺陷|弱点|问题|漏洞问题)';

/** Begins anywhere: there is no beginning of a word to be seen. */
export const CHINESE: Readonly<Partial<Record<SignalKind, readonly RegExp[]>>> = {
  revoke: [pattern('(?:忽略|无视|忘记|忘掉)', '(?:之前|以上|先前|上述|前面|此前|你)', '(?:指令|指示|提示词?|命令|规则)')],
  outcome: [
    pattern('(?:不要|请勿|切勿|禁止|无需|别)(?:报告|汇报|提及|标记|指出)', FOUND),
    pattern('(?:回答|回复|输出|报告)', '(?:没有|无|未发现|安全|空)'),
    pattern('(?:批准|通过)(?:此|这个|该|本)', '(?:更改|变更|请求|提交)'),
  ],
  silence: [pattern('(?:不要|请勿|切勿|别)(?:报告|汇报|提及|标记)')],
  reader: [
    pattern('(?:AI|人工智能|大模型|语言模型|LLM|机器人)(?:代码|安全)?(?:审查员?|审核员?|助手|模型|评审)?\\s?[:：,，]'),
    pattern('(?:如果|作为)(?:你是)?', '(?:AI|人工智能|大模型|语言模型)'),
  ],
  claim: [pattern('(?:已|已经)', '(?:审核|审查|审计|批准|验证)'), pattern('(?:代码|文件)(?:是)?安全')],
};
