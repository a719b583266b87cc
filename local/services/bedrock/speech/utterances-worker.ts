import { parentPort, workerData } from 'node:worker_threads';
import { utterancesIn } from './utterances.ts';
import { Voices } from './voices.ts';

/** Finds the utterances in long samples, beside the thread that answers requests. */
const { samples, sampleRate } = workerData as { samples: Float32Array; sampleRate: number };
parentPort?.postMessage(utterancesIn(samples, sampleRate, new Voices()));
