import type { ActionParts } from './context.ts';
import type { Subject } from './find-subject.ts';
import type { ActionInputs } from './inputs.ts';
import type { ActionJob } from './job.ts';

/** How far a run came: what could not be had is null. */
export interface Run {
  job: ActionJob | null;
  inputs: ActionInputs | null;
  parts: ActionParts | null;
  subject: Subject | null;
}
