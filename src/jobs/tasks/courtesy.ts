import { AegisError } from '#model/errors.ts';
import type { TaskContext } from './context.ts';

/**
 * Shows something to a person, where that can be: a comment may be deleted and a conversation locked, and what was done
 * is done. A fault that may pass is thrown, so that the task is tried again and tells then.
 */
export async function asCourtesy(what: string, show: () => Promise<void>, log: TaskContext['log']): Promise<void> {
  try {
    await show();
  } catch (error) {
    if (!(error instanceof AegisError) || error.retryable) throw error;
    log('warn', `${what}: ${error.message}`);
  }
}
