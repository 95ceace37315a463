/** Who said something, and when (milliseconds since 1970). `user` is the platform's id. */
export interface Said {
  user: string;
  platform: string;
  at: number;
}

/** Nobody is told of an incident until then. */
export interface Mute {
  cluster: string;
  /** The id of its track. */
  incident: string;
  /** Its title when it was muted. */
  title: string;
  until: number;
  reason?: string;
  by: Said;
}

/** Somebody is on it. */
export interface Acknowledgement {
  cluster: string;
  incident: string;
  by: Said;
}

/** A time in which trouble in a namespace is expected, and nobody is told of what begins there. */
export interface Maintenance {
  id: string;
  cluster: string;
  namespace: string;
  from: number;
  until: number;
  reason?: string;
  by: Said;
}

/** What people said about incidents. Everything has an end; what is over is not given any more. */
export interface Attention {
  mute(mute: Mute): Promise<void>;
  /** Whether it was muted. */
  unmute(cluster: string, incident: string): Promise<boolean>;
  /** Those that hold now, by their end. */
  mutes(cluster: string): Promise<Mute[]>;
  /** The first one counts: gives whoever has it, which may be somebody else. */
  acknowledge(acknowledgement: Acknowledgement): Promise<Acknowledgement>;
  /** Takes an acknowledgement back, when the incident is solved or somebody gives it up. Whether there was one. */
  release(cluster: string, incident: string): Promise<boolean>;
  acknowledged(cluster: string): Promise<Acknowledgement[]>;
  plan(maintenance: Maintenance): Promise<void>;
  cancel(cluster: string, id: string): Promise<boolean>;
  /** Those that are under way or to come, by their start. */
  maintenance(cluster: string): Promise<Maintenance[]>;
}
