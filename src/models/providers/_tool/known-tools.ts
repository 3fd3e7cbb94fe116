import { bandit } from './bandit.ts';
import { cppcheck } from './cppcheck.ts';
import { eslint } from './eslint.ts';
import { flawfinder } from './flawfinder.ts';
import { gitleaks } from './gitleaks.ts';
import { gosec } from './gosec.ts';
import type { KnownTool } from './known-tool.ts';
import { njsscan } from './njsscan.ts';
import { semgrep } from './semgrep.ts';
import { shellcheck } from './shellcheck.ts';

/** Tools that need no more than their name. */
export const KNOWN_TOOLS: readonly KnownTool[] = [bandit, cppcheck, eslint, flawfinder, gitleaks, gosec, njsscan, semgrep, shellcheck];
