export interface Order {
  status: number;
  times: number;
  id: string;
  retryAfter: number;
}

/** What a test has ordered to go wrong. */
export function createOrders() {
  const orders = new Map<string, Order[]>();
  const delays = new Map<string, number>();
  const lost = new Map<string, number>();
  return {
    /** With no times, all that was ordered for the route is over. */
    add(route: string, order: Order) {
      if (order.times === 0) orders.delete(route);
      else orders.set(route, [...(orders.get(route) ?? []), order]);
    },
    take(route: string): Order | undefined {
      const order = orders.get(route)?.find(({ times }) => times > 0);
      if (order) order.times--;
      return order;
    },
    delay: (route: string, ms: number) => void delays.set(route, ms),
    delayOf: (route: string) => delays.get(route) ?? 0,
    lose: (route: string, times: number) => void lost.set(route, times),
    loses(route: string): boolean {
      const times = lost.get(route) ?? 0;
      lost.set(route, Math.max(0, times - 1));
      return times > 0;
    },
  };
}

/** As the server's limiter says it; all seconds round up. */
export function limitHeaders(seconds: number): Record<string, string> {
  return {
    'x-ratelimit-limit': '101',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(seconds),
    'retry-after': String(seconds),
  };
}
