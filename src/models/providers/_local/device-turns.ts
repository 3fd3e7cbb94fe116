import pLimit, { type LimitFunction } from 'p-limit';

/** What computes. Two models that compute on one at once are slower than one after the other. */
export type Device = 'cpu' | 'gpu';

const queue = (): LimitFunction => pLimit(1);

/** The queues of this machine's devices: one process has one, whatever models it runs. */
export const deviceTurns: Readonly<Record<Device, LimitFunction>> = { cpu: queue(), gpu: queue() };
