import { cutText, defuseCommands, oneLine, showControls } from '#report/plain-text.ts';
import { type AnnotationLevel, workflowCommand } from '#report/workflow-command.ts';

/** The log of a step. Nothing that a stranger wrote is read as a command of the runner. */
export interface ActionLog {
  /** A plain line. */
  say(text: string): void;
  /** A line that GitHub also shows on the page of the run. Where a step has no room left for it, a plain line. */
  annotate(level: AnnotationLevel, message: string, at?: { readonly file: string; readonly line: number }): void;
  /** Text of the `github` reporter: its annotations take what room is left. */
  report(text: string): void;
}

/** Shown of each level in one step; the runner drops the others without a word. https://github.com/orgs/community/discussions/26680 */
const MAX_OF_A_LEVEL = 10;

const COMMAND = /^::(error|warning|notice)( [^:]*)?::(.*)$/;

export function createActionLog(out: (text: string) => void): ActionLog {
  const left: Record<AnnotationLevel, number> = { error: MAX_OF_A_LEVEL, warning: MAX_OF_A_LEVEL, notice: MAX_OF_A_LEVEL };
  const say = (text: string) => out(`${defuseCommands(oneLine(text))}\n`);
  const take = (level: AnnotationLevel) => {
    left[level] -= 1;
    return left[level] >= 0;
  };
  return {
    say,
    annotate(level, message, at) {
      const place = at === undefined ? {} : { file: showControls(at.file), line: String(at.line) };
      if (take(level)) out(`${workflowCommand(level, { ...place, title: 'Aegis' }, cutText(showControls(message), 4000))}\n`);
      else say(`${level}: ${at === undefined ? '' : `${at.file}:${at.line} `}${message}`);
    },
    report(text) {
      for (const line of text.trimEnd().split('\n')) {
        const [, level, , message = ''] = COMMAND.exec(line) ?? [];
        if (level === undefined || take(level as AnnotationLevel)) out(`${line}\n`);
        else say(`${level}: ${message.replaceAll('%0A', ' ').replaceAll('%0D', '').replaceAll('%25', '%')}`);
      }
    },
  };
}
