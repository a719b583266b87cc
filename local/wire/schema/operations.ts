import type { Caller } from '../../contracts.ts';

/** The call that a handler answers, beside its input. */
export interface OperationContext {
  readonly caller: Caller;
  readonly requestId: string;
  /** Aborted when the client goes away before the answer is out. */
  readonly signal: AbortSignal;
}

/** The parts of an SDK command's type that handlers need: its input and its output. */
interface CommandShape<Input, Output> {
  readonly input: Input;
  resolveMiddleware(...parameters: never[]): (...parameters: never[]) => Promise<{ output: Output }>;
}

/** What a handler answers: the command's output, where plain bytes stand for the SDK's own class of bytes. */
type Answer<Output> = {
  [Member in keyof Output as Exclude<Member, '$metadata'>]: NonNullable<Output[Member]> extends Uint8Array
    ? Uint8Array | Extract<Output[Member], undefined>
    : Output[Member];
};

type HandlerOf<Command> =
  Command extends CommandShape<infer Input, infer Output>
    ? (input: Input, context: OperationContext) => Promise<Answer<Output>>
    : never;

type CommandName<P> = Extract<keyof P, `${string}Command`>;
type OperationName<P> = CommandName<P> extends `${infer Name}Command` ? Name : never;

type CommandOf<P, Name extends string> = P[`${Name}Command` & keyof P] extends abstract new (
  ...parameters: never[]
) => infer Command
  ? Command
  : never;

/** Handlers of a package's operations by name, typed by its commands: `PutVectorsCommand` → `PutVectors`. */
export type Operations<P> = { readonly [Name in OperationName<P>]?: HandlerOf<CommandOf<P, Name>> };
