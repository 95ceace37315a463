import { analyze } from '../../../src/analysis/run.ts';
import { analyzers } from '../../../src/analyzers/index.ts';
import { type ClusterSource, nameOf, type Ref } from '../../../src/cluster.ts';
import { openCluster } from '../../../src/clusters.ts';
import { explainBuiltin } from '../../../src/explanation/builtin.ts';
import type { Material } from '../../../src/explanation/check/index.ts';
import { saidIn } from '../../../src/explanation/material.ts';
import { inspect } from '../../../src/inspection/index.ts';
import type { Incident } from '../../../src/report.ts';

/** Answers that say nothing but what is known of an incident of the sample cluster. */
export interface Honest {
  /** The incident's cause: `Node prod-b3`. */
  about: string;
  answers: readonly string[];
}

/** Answers that say nothing but what looks at the sample cluster showed. */
export interface Investigated {
  question: string;
  looks: readonly { looker: string; args: Record<string, unknown> }[];
  answers: readonly string[];
}

/** The sample cluster, and what the checker is given about its incidents. */
export async function openSample() {
  const source = await openCluster({ sample: true }, {});
  const report = await analyze(source, analyzers, { filters: [] });
  return {
    causes: report.incidents.map(({ cause }) => called(cause)),
    async materialOf(about: string): Promise<Material> {
      const incident = report.incidents.find(({ cause }) => called(cause) === about);
      if (!incident) throw new Error(`The sample has no incident of ${about}.`);
      return explained(incident);
    },
    seen: (investigated: Investigated) => seen(source, investigated),
  };
}

/** As an explanation's answer is checked. */
async function explained(incident: Incident): Promise<Material> {
  const { message, story, steps, exhibits } = await explainBuiltin(incident, 1);
  const { text, commands } = saidIn({ text: message.text, blocks: [...story, ...steps] });
  return {
    texts: [text, ...exhibits.map((exhibit) => `${exhibit.title} ${exhibit.text}`)],
    commands,
    exhibits: exhibits.map(({ id }) => id),
  };
}

/** As an answer in a thread is checked. */
async function seen(source: ClusterSource, { question, looks }: Investigated): Promise<Material> {
  const taken = await Promise.all(looks.map((look) => inspect(source, look, new AbortController().signal)));
  return {
    texts: [question, ...taken.map(({ title, text }) => `${title}\n${text}`)],
    commands: taken.flatMap(({ command }) => command?.split('\n') ?? []),
    exhibits: taken.map((_, index) => `E${index + 1}`),
  };
}

function called(ref: Ref): string {
  return `${ref.kind} ${nameOf(ref)}`;
}
