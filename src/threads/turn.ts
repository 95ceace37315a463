import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Services } from '../command.ts';
import { UserError } from '../errors.ts';
import { learnIncident, learnLook } from '../explanation/anonymize.ts';
import { saidIn } from '../explanation/material.ts';
import type { Logger } from '../log.ts';
import type { Block, Message, Step } from '../message.ts';
import type { Metering } from '../metering.ts';
import type { Models } from '../models.ts';
import type { Place, Platform, Posted } from '../platform.ts';
import { createPseudonyms, type Pseudonyms } from '../pseudonyms/index.ts';
import type { Report } from '../report.ts';
import { type ThreadRef, threadOf, type Wishes } from '../threads.ts';
import { answerMessage, statusMessage } from './answer.ts';
import { createBoard } from './board.ts';
import { addTurn, type Context, type Contexts, emptyContext, matters, speakOf } from './context.ts';
import type { Gate } from './gate.ts';
import type { Question } from './inbox.ts';
import { type Intent, intentOf } from './intents.ts';
import { type Finding, investigate } from './investigate.ts';
import { helpBlocks, type PlainAnswer, type PlainOptions, plainAnswer } from './plain.ts';
import type { Shared } from './shared.ts';
import { suits } from './subject.ts';
import { refsOf, type Target, targetOf } from './target.ts';
import { createToolbox } from './tools.ts';

/** A model that has said nothing by then is not waited for in silence: the plain answer is shown meanwhile. */
const SLOW_MS = 2000;
const TURN_MS = 120_000;
const STOP_POLL_MS = 1500;
/** What is asked for as such is shown as it is; a model would only retell it. */
const SHOWN_AS_IT_IS = new Set<Intent['kind']>(['events', 'describe', 'yaml', 'related', 'rollout', 'top', 'help']);
/** What a person reads beside a model's words, since it is known to be true. */
const BESIDE_A_MODEL = new Set<Intent['kind']>(['why', 'fix', 'changed']);

export type TurnServices = Pick<Services, 'analysis' | 'inspect' | 'explain' | 'runbook' | 'lookers'>;

export interface TurnOptions {
  services: TurnServices;
  models: Models;
  metering: Metering;
  contexts: Contexts;
  /** How the whole cluster is, as of a moment ago. */
  analyze: Shared<Report>;
  log: Logger;
  /** Whether somebody asked for the work on a question to be stopped. */
  isStopped(question: string): Promise<boolean>;
  languageOf(platform: string, channel: string): Promise<string>;
  /** Names are replaced whoever asks. */
  alwaysAnonymize: boolean;
  price(backend: string): { input: number; output: number } | undefined;
  /** What people must know of the state's keeping; `undefined` where all is well. */
  storeTrouble(): string | undefined;
  /** Passed before what takes milliseconds to compute. */
  gate: Gate;
  clock?(): number;
  slowMs?: number;
  turnMs?: number;
  statusAfterMs?: number;
}

export interface TurnAsked {
  platform: Platform;
  place: Place;
  question: Question;
  /** Aborts where this process ends: the work is then done by another one. */
  signal: AbortSignal;
  /** Throws where the question may be another process' by now. */
  check(): void;
  onPosted(posted: Posted): Promise<void>;
}

/** The work on a question was ended by a person. */
class Stopped extends UserError {
  override name = 'Stopped';
}

/** Answers one question of a thread, in one message. Throws where the message cannot be shown, and the signal's reason. */
export async function answerQuestion(asked: TurnAsked, options: TurnOptions): Promise<void> {
  const { platform, question, signal } = asked;
  const { contexts, gate, statusAfterMs } = options;
  const found = question.posted ?? (question.attempts > 1 ? await platform.find(asked.place, question.id) : undefined);
  const thread = threadOf(platform.name, asked.place) ?? (found && threadOf(platform.name, found.place));
  const board = createBoard({
    platform,
    place: asked.place,
    key: question.id,
    posted: found,
    check: asked.check,
    onPosted: asked.onPosted,
    ...(statusAfterMs !== undefined && { statusAfterMs }),
  });
  await gate();
  const kept = thread && (await contexts.load(thread));
  const last = kept?.turns.at(-1);
  // A process died between keeping the answer and showing it, or noting that it was shown.
  if (last?.id === question.id && last.message) return void (await board.answer(last.message));

  const turn = new Turn(asked, options, kept, thread);
  turn.onStatus = (message, atOnce) => board.status(message, atOnce);
  const message = await turn.run();
  signal.throwIfAborted();
  // Kept before it is shown, so that nobody has to answer again; a thread that begins with the answer is known after it.
  if (thread) await contexts.save(thread, turn.context);
  const posted = await board.answer(message);
  const begun = thread ?? threadOf(platform.name, posted.place);
  if (!thread && begun) await contexts.save(begun, turn.context);
  if (begun && turn.report) await contexts.saveSnapshot(begun, turn.report);
}

/** The work on one question. */
class Turn {
  readonly context: Context;
  /** The analysis that was made for it, where the thread knew of none. */
  report: Report | undefined;
  onStatus: (message: () => Message, atOnce: boolean) => void = () => {};
  readonly #asked: TurnAsked;
  readonly #options: TurnOptions;
  readonly #thread: ThreadRef | undefined;
  readonly #wishes: Wishes;
  readonly #steps: Step[] = [];
  readonly #notices: string[] = [];
  #soFar: readonly Block[] = [];

  constructor(asked: TurnAsked, options: TurnOptions, kept: Context | undefined, thread: ThreadRef | undefined) {
    this.#asked = asked;
    this.#options = options;
    this.#thread = thread;
    this.context = kept ?? emptyContext(options.services.analysis.cluster);
    this.#wishes = { ...this.context.wishes, ...asked.question.wishes };
    this.context.wishes = this.#wishes;
    if (!kept && asked.question.inThread) {
      this.#notices.push('Nothing of this thread is known to me any more, so I have looked anew.');
    }
  }

  /** Never throws for what went wrong with the cluster or a model: that is told in the message. */
  async run(): Promise<Message> {
    const { question, signal } = this.#asked;
    const { log, turnMs = TURN_MS } = this.#options;
    const ending = new AbortController();
    const timer = setTimeout(
      () => ending.abort(new UserError(`The answer took longer than ${turnMs / 1000} s.`)),
      turnMs,
    );
    const limited = AbortSignal.any([signal, ending.signal]);
    void this.#watchForStop(ending, limited);
    this.#tell();
    try {
      return await this.#answer(limited);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof UserError) return this.#close(this.#soFar, [], [error.message], '');
      const id = randomBytes(3).toString('hex');
      log.error({ err: error, id, question: question.id }, 'A question could not be answered');
      return this.#close([], [], [`That failed for a reason that is ours, not yours. The log has it under ${id}.`], '');
    } finally {
      clearTimeout(timer);
      ending.abort(new Error('the turn is over'));
    }
  }

  async #watchForStop(ending: AbortController, over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      await pause(STOP_POLL_MS, undefined, { signal: over, ref: false }).catch(() => {});
      if (over.aborted) return;
      if (await this.#options.isStopped(this.#asked.question.id).catch(() => false))
        ending.abort(new Stopped('Stopped.'));
    }
  }

  async #answer(signal: AbortSignal): Promise<Message> {
    const { question } = this.#asked;
    const { models } = this.#options;
    if (!this.context.scope) await this.#analyze(signal);
    const intent = intentOf(question.text, this.#names());
    const target = targetOf(question.text, this.context, (incident) => !intent || suits(intent, incident));
    if (target.incident) this.context.focus = target.incident.id;
    const began = this.#now();
    const plain = intent && (await plainAnswer(intent, target, this.#plainOptions(signal)));
    const withModel = this.#wishes.backend !== 'builtin' && models.list().length > 0;
    if (plain && (!withModel || (intent.sure && SHOWN_AS_IT_IS.has(intent.kind)))) {
      const how = withModel ? 'Answered by rules; no model was asked.' : 'Answered without a model.';
      return this.#close(plain.blocks, plain.exhibits, [], `${how}${this.#aboutWhich(target, intent)}`);
    }
    if (!withModel) return this.#withoutUnderstanding(target, signal, []);
    const finding = await this.#askModel(target, plain, began, signal);
    if (finding.blocks.length === 0) {
      const why = [finding.trouble ?? '', 'This is the answer without a model.'].filter(Boolean).join(' ');
      if (plain) return this.#close(plain.blocks, plain.exhibits, [why], '');
      return this.#withoutUnderstanding(target, signal, finding.trouble ? [finding.trouble] : []);
    }
    return this.#closeFinding(finding, intent, plain);
  }

  /** Analyzes first: whoever asks something wants to know what is wrong. */
  async #analyze(signal: AbortSignal): Promise<void> {
    const { services, analyze } = this.#options;
    const done = this.#step(`Analyzing ${services.analysis.cluster}`);
    const report = await analyze(signal);
    done(report.incidents.length === 1 ? '1 incident' : `${report.incidents.length} incidents`);
    this.report = report;
    speakOf(this.context, report, report.incidents.filter(matters));
  }

  async #askModel(
    target: Target,
    plain: PlainAnswer | undefined,
    began: number,
    signal: AbortSignal,
  ): Promise<Finding> {
    const { question, platform, place } = this.#asked;
    const { models, metering, services, languageOf, alwaysAnonymize, price, log, slowMs = SLOW_MS } = this.#options;
    const language = this.#wishes.language ?? (await languageOf(platform.name, place.channel));
    const account = {
      channel: `${platform.name}:${place.channel}`,
      ...(this.#thread && { thread: this.#thread.thread }),
    };
    const pseudonyms =
      alwaysAnonymize || this.#wishes.anonymize ? createPseudonyms(this.context.pseudonyms) : undefined;
    if (pseudonyms) this.#learn(pseudonyms, plain);
    const book = target.incident && (await services.explain(target.incident, this.context.numbers[target.incident.id]));
    const slow = setTimeout(
      () => {
        if (this.#soFar.length > 0 || !plain) return;
        this.#soFar = [...plain.blocks, { type: 'note', text: 'The model is still at it; this is known without it.' }];
        this.#tell();
      },
      Math.max(0, slowMs - (this.#now() - began)),
    );
    try {
      return await investigate({
        context: this.context,
        question: question.text,
        language,
        runbook: book ? saidIn({ text: '', blocks: book.steps }) : { text: '', commands: [] },
        toolbox: createToolbox({
          ...this.#plainOptions(signal),
          services,
          said: [...this.context.turns.map((turn) => turn.question), question.text],
          ...(pseudonyms && { onLook: (refs, text) => learnLook(pseudonyms, refs, text) }),
        }),
        models,
        backend: this.#wishes.backend,
        pseudonyms,
        signal,
        gate: this.#options.gate,
        onBlocks: (blocks) => {
          this.#soFar = blocks;
          this.#tell();
        },
        onUsage: (backend, usage) => {
          const cost = price(backend);
          metering
            .note(account, cost ? { price: cost } : {}, usage)
            .catch((err: unknown) => log.warn({ err }, 'What a model cost could not be counted'));
        },
        exhausted: () => metering.exhausted(account),
      });
    } finally {
      clearTimeout(slow);
      if (pseudonyms) this.context.pseudonyms = pseudonyms.state();
    }
  }

  /** Makes known whatever names the thread holds, so that none of them leaves. */
  #learn(pseudonyms: Pseudonyms, plain: PlainAnswer | undefined): void {
    pseudonyms.learn('cluster', this.context.cluster);
    for (const incident of this.context.incidents) learnIncident(pseudonyms, incident);
    for (const { text } of [...this.context.exhibits, ...(plain?.exhibits ?? [])]) learnLook(pseudonyms, [], text);
  }

  /** Which of several incidents an answer is about, where the question did not tell. */
  #aboutWhich({ incident, isGuess }: Target, { kind }: Intent): string {
    if (!incident || !isGuess || kind === 'help' || kind === 'changed') return '';
    return ` It is about one of ${this.context.incidents.length} incidents: ${incident.title}. Name an object to ask about another.`;
  }

  /** A question that only a model could understand, and there is none: what is known of its subject, and what can be asked. */
  async #withoutUnderstanding(target: Target, signal: AbortSignal, notices: readonly string[]): Promise<Message> {
    const known = target.incident
      ? await plainAnswer({ kind: 'why', sure: false, logs: {} }, target, this.#plainOptions(signal))
      : { blocks: [], exhibits: [] };
    const hint = 'Without a model I understand plain questions only. This is what I know of it, and what you can ask.';
    const blocks: Block[] = [...known.blocks, { type: 'divider' }, ...helpBlocks(this.context)];
    return this.#close(blocks, known.exhibits, [...notices, hint], 'Answered without a model.');
  }

  #closeFinding(finding: Finding, intent: Intent | undefined, plain: PlainAnswer | undefined): Message {
    const beside = plain && intent && BESIDE_A_MODEL.has(intent.kind) ? plain.blocks : [];
    const before = plain && intent?.kind === 'logs' ? plain.blocks : [];
    const exhibits = new Map([...finding.cited, ...(plain?.exhibits ?? [])].map((exhibit) => [exhibit.id, exhibit]));
    const blocks: Block[] = [
      ...before,
      ...finding.blocks,
      ...(beside.length > 0 ? [{ type: 'divider' as const }, ...beside] : []),
    ];
    const { by, looks, struck } = finding;
    const who = by ? `${by.backend}${by.model ? ` (${by.model})` : ''}` : '';
    const after = looks > 0 ? ` after ${looks} ${looks === 1 ? 'look' : 'looks'}` : '';
    const marks =
      struck > 0 ? ` ${struck} ${struck === 1 ? 'claim is' : 'claims are'} in no evidence, and struck.` : '';
    const fineprint = `Answered by ${who}${after}.${marks}`;
    return this.#close(
      blocks,
      [...exhibits.values()],
      finding.trouble ? [finding.trouble] : [],
      fineprint,
      finding.text,
    );
  }

  #close(
    blocks: readonly Block[],
    exhibits: readonly PlainAnswer['exhibits'][number][],
    notices: readonly string[],
    fineprint: string,
    text = saidIn({ text: '', blocks: [...blocks] }).text.trim(),
  ): Message {
    const { question } = this.#asked;
    const trouble = this.#options.storeTrouble();
    const message = answerMessage({
      blocks,
      exhibits,
      notices: [...this.#notices, ...notices, ...(trouble ? [trouble] : [])],
      fineprint,
      withoutButtons: this.#asked.platform.name === 'terminal',
      ...(blocks.length > 0 && { fingerprint: question.id }),
    });
    addTurn(this.context, {
      id: question.id,
      question: question.text,
      user: question.user,
      at: question.at,
      answer: text || notices.join(' '),
      exhibits: exhibits.map(({ id }) => id),
      message,
    });
    return message;
  }

  #plainOptions(signal: AbortSignal): PlainOptions {
    const { services, contexts } = this.#options;
    return {
      context: this.context,
      services,
      signal,
      step: (label) => this.#step(label),
      snapshot: async () => {
        const { report } = this;
        if (!report) return this.#thread && contexts.loadSnapshot(this.#thread);
        return { at: report.at, incidents: report.incidents.filter(matters), objects: report.objects ?? [] };
      },
    };
  }

  #step(label: string): (result: string, failed?: boolean) => void {
    const step: Step = { label, state: 'running' };
    this.#steps.push(step);
    this.#tell();
    return (result, failed = false) => {
      step.state = failed ? 'failed' : 'done';
      step.result = result;
      this.#tell();
    };
  }

  #tell(): void {
    // The first words of an answer are what people wait for.
    const message = () => statusMessage(this.#asked.question, this.#steps, this.#soFar);
    this.onStatus(message, this.#soFar.length > 0);
  }

  #names(): string[] {
    return this.context.incidents.flatMap((incident) => refsOf(incident).map(({ name }) => name));
  }

  #now(): number {
    return (this.#options.clock ?? Date.now)();
  }
}
