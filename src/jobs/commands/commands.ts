import type { Command } from './command.ts';
import { dismiss } from './dismiss.ts';
import { explain } from './explain.ts';
import { help } from './help.ts';
import { pause } from './pause.ts';
import { reopen } from './reopen.ts';
import { resume } from './resume.ts';
import { review } from './review.ts';

/** Every command, in the order in which people read of them: `/aegis help` and the documentation list these. */
export const COMMANDS: readonly Command[] = [review, dismiss, reopen, explain, pause, resume, help];
