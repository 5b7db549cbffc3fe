// What passes between gateway and page: docs/map.md, docs/http.md.
interface Seat {
	seat_id: string; section?: string; row?: string; pos?: number; category?: string; rank?: number;
	flags?: string[]; x?: number; y?: number;
}
interface Show {
	title?: string; on_sale_from?: string; on_sale_until?: string; closed?: boolean;
	max_seats?: number; hold_seconds?: number; max_hold_seconds?: number;
}
type FrameArea = [id: string, free: number, capacity: number, channel?: 'b'];
interface Frame {
	t: 'snap' | 'd' | 'at'; o: number; epoch?: string; layout?: string; ids?: string[]; s?: string;
	c?: [number, string][]; areas?: FrameArea[]; a?: FrameArea[]; show?: Show; seats?: Seat[];
}
interface Hold {
	reservation_id: string; seat_ids?: string[]; areas?: { area_id: string; count: number }[];
	reserved_until: string; checkout_token?: string;
	ends: number; // by performance.now()
}
interface Answer { ok: boolean; status: number; headers?: Headers; [field: string]: any }
// Inside of the component: a seat as it is drawn, too.
interface Seat { id?: string; i?: number; kind?: number; X?: number; Y?: number; tile?: Tile; e?: any }
interface Row { section: string; row?: string; rank: number; seats: Seat[] }
interface Tile {
	seats: Seat[]; row?: string; g: Element; x: number; y: number; right: number; low: number;
	isLive: boolean; isDirty: boolean;
}
// What plot.js is fed with; its head says what the fields are.
interface Series { name: string; values: (number | null)[]; tone?: 1 | 2 | 3 | 4 | 5; whole?: number }
interface Plot {
	title: string; about?: string; x: number[]; step: number; of: string; kind: 'bars' | 'nested' | 'lines' | 'level'; series: Series[];
	unit?: string; isLog?: boolean; top?: number; from?: number; marks?: { at: number; text: string }[];
	time?: (at: number) => string; tick?: (at: number, every: number) => string;
}
interface Bin { at: number; values: (number | null)[] }
interface Bars {
	title: string; about?: string; columns: { name: string; isBar?: boolean; tone?: 1 | 2 | 3 | 4 | 5 }[]; rows: any[][]; // texts and numbers
	limit?: number; by?: number; // sorted by that column at first
}
// The data of a report, as audit/report writes it.
interface Story {
	format: 1; show: any; audit: any; span: any; totals: any; layout: { seats: StorySeat[]; areas: { area_id: string; category?: string; capacity: number; channel?: string }[] };
	minutes: any; seconds: any; queue: { from: number; to: number; requests: number; wait_max: number }[]; demand: any; holders: any[]; chains: any[]; fair: any;
	reservations: any; changes: any; area_changes: any; refusals: any; refused_more: { [seat: string]: [number, number][] }; outcomes: string[];
}
interface StorySeat extends Seat { channel?: string }
// The data of a page of what-if, as audit/ask/what_if_page.c writes them.
interface WhatIfSide { given: number[]; refused: number[]; sold: number[] }
interface WhatIfTimes { start: number[]; real: WhatIfSide; what_if: WhatIfSide }
interface WhatIfRow { key: string; label: string; real: number; what_if: number }
interface WhatIf {
	format: 1; asked: string; show_id: string | null; policies: { key: string; real: number | string; what_if: number | string; asked: boolean }[];
	figures: WhatIfRow[]; reasons: WhatIfRow[]; warning: string; notes?: string[]; opening_at: number; minutes: WhatIfTimes; seconds: WhatIfTimes;
}
