import type { Parser } from '#ports/parser.ts';
import type { Provider } from '#ports/provider.ts';
import type { Reporter } from '#ports/reporter.ts';
import type { Runner } from '#ports/runner.ts';
import type { Strategy } from '#ports/strategy.ts';
import { majorityVote } from './consensus/strategies/majority-vote.ts';
import { union } from './consensus/strategies/union.ts';
import { weightedVote } from './consensus/strategies/weighted-vote.ts';
import { fallback } from './models/parsers/fallback.ts';
import { hfClassification } from './models/parsers/hf-classification.ts';
import { hfTokenClassification } from './models/parsers/hf-token-classification.ts';
import { jsonFindings } from './models/parsers/json-findings.ts';
import { jsonStream } from './models/parsers/json-stream.ts';
import { regex } from './models/parsers/regex.ts';
import { sarif as sarifParser } from './models/parsers/sarif.ts';
import { xml } from './models/parsers/xml.ts';
import { yaml } from './models/parsers/yaml.ts';
import { agent } from './models/providers/agent.ts';
import { anthropic } from './models/providers/anthropic.ts';
import { builtin } from './models/providers/builtin.ts';
import { google } from './models/providers/google.ts';
import { hfInference } from './models/providers/hf-inference.ts';
import { hfLocal } from './models/providers/hf-local.ts';
import { llamaCpp } from './models/providers/llama-cpp.ts';
import { ollamaLocal } from './models/providers/ollama-local.ts';
import { openaiCompatible } from './models/providers/openai-compatible.ts';
import { plugin } from './models/providers/plugin.ts';
import { replicate } from './models/providers/replicate.ts';
import { tool } from './models/providers/tool.ts';
import { deepScan } from './pipeline/runners/deep-scan.ts';
import { explain } from './pipeline/runners/explain.ts';
import { judge } from './pipeline/runners/judge.ts';
import { triage } from './pipeline/runners/triage.ts';
import { csv } from './report/reporters/csv.ts';
import { github } from './report/reporters/github.ts';
import { gitlab } from './report/reporters/gitlab.ts';
import { json } from './report/reporters/json.ts';
import { markdown } from './report/reporters/markdown.ts';
import { pretty } from './report/reporters/pretty.ts';
import { rdjson } from './report/reporters/rdjson.ts';
import { sarif } from './report/reporters/sarif.ts';

/**
 * Every plugin, one line each. A plugin is one file in the folder of its port; what can be derived from this table
 * (the values of `.aegis.yml`, its JSON Schema, the help, the reference) is derived from it.
 */
export const registry = {
  providers: [builtin, ollamaLocal, openaiCompatible, hfLocal, llamaCpp, anthropic, google, hfInference, replicate, tool, agent, plugin],
  parsers: [jsonFindings, jsonStream, hfClassification, hfTokenClassification, regex, sarifParser, xml, yaml, fallback],
  runners: [triage, deepScan, judge, explain],
  strategies: [union, majorityVote, weightedVote],
  reporters: [pretty, json, sarif, markdown, github, gitlab, rdjson, csv],
} as const satisfies {
  readonly providers: readonly Provider[];
  readonly parsers: readonly Parser[];
  readonly runners: readonly Runner[];
  readonly strategies: readonly Strategy[];
  readonly reporters: readonly Reporter[];
};
