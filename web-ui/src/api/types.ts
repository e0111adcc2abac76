// Generated from openapi.json by `npm run types`; do not change by hand.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description A state in which an agent does not count as being there for a queue.
         * @enum {string}
         */
        Absence: "signed_out" | "not_ready" | "device_down" | "in_call" | "wrapup";
        /** @description One account. */
        Account: {
            /**
             * Format: int32
             * @description The agent this person is, if any.
             */
            agent_id?: number | null;
            /** Format: int64 */
            created_at: number;
            /** @description May not sign in, but is remembered. */
            disabled: boolean;
            /** @description The queues this person looks after. */
            groups: number[];
            /** @description Whether six digits are asked for besides the password. */
            has_totp: boolean;
            /** Format: int32 */
            id: number;
            name: string;
            role: string;
        };
        AccountForm: {
            /**
             * Format: int32
             * @description The agent this person is, if any.
             */
            agent_id?: number | null;
            disabled?: boolean;
            /** @description The queues this person looks after; what reaches the own groups reaches these. */
            groups?: number[];
            name: string;
            /** @description The key of one of the roles: `agent`, `supervisor`, `administrator`. */
            role: string;
        };
        /** @description Something that somebody did. */
        Act: {
            /** @description To what: what stands in the address, the version of the configuration that came of it. */
            about: string;
            /** @description Who, as signed in. */
            account: string;
            /**
             * @description What: `put accounts/{id}/password`; of a supervisor `listen`, `whisper`, `barge`,
             *     `take_over`, `release`, `set_state`.
             */
            act: string;
            /** Format: int64 */
            at: number;
            /** Format: int64 */
            id: number;
            /** @description In which part of the house: the first word of the address, or `supervision`. */
            kind: string;
        };
        ActPage: {
            /** @description Newest first. */
            acts: components["schemas"]["Act"][];
            /**
             * Format: int64
             * @description `before` of the next page.
             */
            next?: number | null;
        };
        Added: {
            /** Format: int32 */
            id: number;
        };
        AddedPhone: components["schemas"]["Phone"] & {
            /** @description Shown this once. */
            password: string;
        };
        Agent: components["schemas"]["AgentDraft"] & {
            /** Format: int32 */
            id: number;
        };
        /** @description A day of an agent. */
        AgentDay: {
            day: string;
            /**
             * Format: int64
             * @description How long at work: the sum of the sums.
             */
            signed_in_ms: number;
            /** @description In order; nothing while signed out. */
            spans: components["schemas"]["TimelineSpan"][];
            /** @description How long in each state. */
            sums_ms: {
                [key: string]: number;
            };
        };
        AgentDraft: {
            forward?: components["schemas"]["Forward"] | null;
            name: string;
            /** Format: int32 */
            phone_id: number;
            /** @description What the agent is good at; no skill twice. */
            skills?: components["schemas"]["SkillLevel"][];
            /**
             * Format: int32
             * @description Lots where a queue chooses at random; 1 to 100.
             */
            weight?: number;
        };
        AgentPhone: {
            extension: string;
            /** Format: int32 */
            id: number;
            registered: boolean;
        };
        /**
         * @description What an agent is asked to become or to do.
         * @enum {string}
         */
        AgentRequest: "signed_in" | "signed_out" | "ready" | "not_ready" | "wrapup_done" | "hang_up";
        /**
         * @description The one effective state of an agent.
         * @enum {string}
         */
        AgentState: "signed_out" | "not_ready" | "device_down" | "idle" | "offering" | "dialing" | "talking" | "holding" | "consulting" | "conferencing" | "wrapup";
        /** @description One thing that is wrong. */
        Alarm: {
            /** @description What. */
            code: components["schemas"]["AlarmCode"];
            /** @description For people: what is wrong and what it means. */
            message: string;
            /** @description How bad it is. */
            severity: components["schemas"]["Severity"];
            /**
             * Format: int64
             * @description Since when, ms since 1970 UTC.
             */
            since_at: number;
            /** @description Of what, when there are several: "line 1". */
            subject?: string | null;
        };
        /**
         * @description What can be wrong.
         * @enum {string}
         */
        AlarmCode: "line_down" | "card_down" | "storage_full" | "storage_filling" | "storage_locked" | "store_behind" | "storage_failed" | "call_records_incomplete" | "facts_lost" | "tick_overrun" | "recording_failed" | "call_control_restarted" | "voice_missing" | "not_real_time" | "agent_absent";
        /** @description All roles, and all that a role can permit. */
        AllRoles: {
            /** @description In the order a matrix shows them. */
            permissions: string[];
            roles: components["schemas"]["Role"][];
        };
        /** @description A sentence the administrator wrote. */
        Announcement: {
            language: components["schemas"]["Language"];
            /** @description 1 to 1000 characters. */
            text: string;
        };
        /** @description What callers are told about their wait, and when. */
        Announcements: {
            /**
             * Format: int32
             * @description From the beginning of one to that of the next; 15 to 600.
             */
            every_s: number;
            /**
             * Format: int32
             * @description The first announcement, after so long in the queue; 0 to 600.
             */
            first_s: number;
            /** @description Whether a caller may be told a longer wait than before though nobody was put ahead. */
            may_rise: boolean;
            /**
             * Format: int32
             * @description With more callers ahead than this only that is told; 1 to 50.
             */
            most_ahead: number;
            /**
             * Format: int32
             * @description A longer wait is not told; 1 to 60 minutes.
             */
            most_minutes: number;
            /** @description Whether a place is told again only if it is better than the one told last. */
            only_improved: boolean;
            /** @description Whether the place in the queue is told. */
            position: boolean;
            /** @description Whether the time still to wait is told. */
            wait: boolean;
        };
        /** @description An authenticator to be scanned, then confirmed with its first code. */
        Authenticator: {
            /** @description The same link as a picture. */
            qr_svg: string;
            /** @description As people type it. */
            secret: string;
            /** @description The link an app takes. */
            url: string;
        };
        /**
         * @description What became of a thing.
         * @enum {string}
         */
        Became: "added" | "removed" | "changed" | "reordered";
        /**
         * @description What a dialled number becomes.
         * @enum {string}
         */
        Becomes: "emergency" | "feature" | "phone" | "outside" | "refused";
        BreakReason: {
            /**
             * Format: int32
             * @description After how many minutes somebody is away too long, 1 to 720; null: never.
             */
            limit_min?: number | null;
            /**
             * @description As people call it, 1 to 64 characters, none twice; `lunch`, `break` and `training` are said
             *     in the language of the reader.
             */
            name: string;
        };
        /** @description For what agents take no calls, and how long. */
        Breaks: {
            /** @description The reasons agents choose from, in their order; 1 to 20. */
            reasons: components["schemas"]["BreakReason"][];
        };
        /** @description What a call is about. */
        BusinessType: components["schemas"]["BusinessTypeDraft"] & {
            /** Format: int32 */
            id: number;
        };
        BusinessTypeDraft: {
            /** @description Which skills it demands, besides those the queue does. */
            demand?: components["schemas"]["Demand"];
            name: string;
            /** @description Our numbers; a call dialled to one of them is about this. */
            numbers?: string[];
            /** @description Skills that are welcome and not needed. */
            preferred?: number[];
        };
        ByHand: {
            mode?: components["schemas"]["Mode"] | null;
        };
        /** @description A date on which the week plan does not hold. */
        CalendarDay: {
            /** @description `2026-10-01`. */
            date: string;
            kind: components["schemas"]["DayKind"];
            /** @description "National Day". */
            name: string;
        };
        Call: components["schemas"]["CallSummary"] & {
            /** Format: int64 */
            answered_at?: number | null;
            /** Format: int64 */
            connected_at?: number | null;
            /** Format: int64 */
            ended_at?: number | null;
            /** Format: int64 */
            ivr_ms: number;
            /** @description The key by which the caller left the queue. */
            left_by?: string | null;
            /** @description The customer's first, then each phone that rang for the call, in order. */
            legs: components["schemas"]["Leg"][];
            /** @description The same in words. */
            note?: string | null;
            /** Format: int64 */
            queued_at?: number | null;
            /** Format: int64 */
            ring_ms: number;
            wrapup_code?: components["schemas"]["CallCode"] | null;
            /** Format: int64 */
            wrapup_ms: number;
        };
        /**
         * @description What a call costs, cheapest first.
         * @enum {string}
         */
        CallClass: "free" | "local" | "mobile" | "national" | "service" | "international" | "premium";
        /** @description A code that an agent can choose. */
        CallCode: {
            /** Format: int32 */
            id: number;
            name: string;
        };
        CallDetail: {
            call: components["schemas"]["Call"];
            facts: components["schemas"]["Fact"][];
            recordings: components["schemas"]["Recording"][];
        };
        /** @description Somebody here has dialled a number for help, and nobody has acknowledged it yet. */
        CallForHelp: {
            /** @description Who is signed in at the phone. */
            agent?: string | null;
            /** Format: int64 */
            at: number;
            /**
             * Format: int64
             * @description The call; none came of a test, nor where there was no line.
             */
            call?: number | null;
            /** @description The phone, as it is dialled here. */
            extension?: string | null;
            /**
             * Format: int64
             * @description Names it when it is acknowledged.
             */
            id: number;
            /** @description What was dialled. */
            number: string;
            /** @description Whose phone it is, or where it stands. */
            phone?: string | null;
            state: components["schemas"]["HelpState"];
        };
        CallPage: {
            /** @description Newest first. */
            calls: components["schemas"]["CallSummary"][];
            /**
             * Format: int64
             * @description `before` of the next page.
             */
            next?: number | null;
            /** Format: int64 */
            total_estimate: number;
        };
        /**
         * @description Where a call stands.
         * @enum {string}
         */
        CallStage: "ringing" | "menu" | "waiting" | "offering" | "talking" | "holding" | "transferring" | "parked" | "voicemail" | "ending";
        CallSummary: {
            /** Format: int32 */
            agent?: number | null;
            /**
             * Format: int32
             * @description What the call is about.
             */
            business_type?: number | null;
            /** @description The number dialled: of ours, or outbound the customer's. */
            called?: string | null;
            caller: components["schemas"]["Caller"];
            /**
             * Format: int32
             * @description Q.850.
             */
            cause?: number | null;
            direction: components["schemas"]["Direction"];
            /** Format: int64 */
            duration_ms: number;
            /** Format: int64 */
            hold_ms: number;
            hung_up_by?: components["schemas"]["Party"] | null;
            /** Format: int64 */
            id: number;
            /** Format: int32 */
            line?: number | null;
            /** Format: int64 */
            offered_at: number;
            origin?: components["schemas"]["Origin"] | null;
            outcome?: components["schemas"]["Outcome"] | null;
            /** Format: int32 */
            queue?: number | null;
            recordings: number[];
            /** Format: int64 */
            talk_ms?: number | null;
            /** @description Was given on, and nobody talked to the customer after that. */
            transferred_unanswered: boolean;
            /**
             * Format: int32
             * @description How often agents gave it on.
             */
            transfers: number;
            /**
             * Format: int32
             * @description How often nobody took what was given on.
             */
            transfers_failed: number;
            /** Format: int64 */
            wait_ms?: number | null;
        };
        /** @description Somebody who is to be called back. */
        Callback: {
            /**
             * Format: int64
             * @description The call that is being made of it.
             */
            call?: number | null;
            /**
             * Format: int32
             * @description How often the person was called.
             */
            dialled: number;
            /**
             * Format: int64
             * @description The call in which it was promised.
             */
            id: number;
            name?: string | null;
            /**
             * Format: int64
             * @description Not before; null: in turn.
             */
            not_before_at?: number | null;
            number: string;
            /** Format: int32 */
            queue: number;
            /**
             * Format: int64
             * @description Since when the person waits, or would.
             */
            since_at: number;
            /**
             * Format: int64
             * @description Until when the promise holds.
             */
            until_at: number;
        };
        /** @description The offer to be called back instead of waiting. */
        CallbackOffer: {
            /**
             * Format: int32
             * @description How often the person is called; 1 to 5.
             */
            attempts: number;
            /**
             * Format: int32
             * @description For how long the promise holds, at most to the end of the hours; 600 to 86400.
             */
            keep_s: number;
            /** @description The key that asks for it; one of 0 to 9. */
            key: string;
            /**
             * Format: int32
             * @description How long until the next try; 60 to 7200.
             */
            retry_s: number;
        };
        /** @description Who calls. */
        Caller: {
            name?: string | null;
            number?: string | null;
            presentation: components["schemas"]["Presentation"];
        };
        /** @description One thing that is not the same on both sides. */
        Change: {
            became: components["schemas"]["Became"];
            /** @description The fields that are not the same; none of a thing that was added or removed. */
            fields: components["schemas"]["FieldChange"][];
            /** @description What identifies it in its list: `3`, `13800138000`; empty where there is only one. */
            key: string;
            /** @description The name people know it by. */
            name: string;
            /** @description `queues`, `inbound_routes`, `emergency` … */
            section: string;
        };
        /** @description A change-set. */
        ChangeSet: {
            /** @description Who began it. */
            author: string;
            /** Format: int64 */
            changed_at: number;
            /** Format: int64 */
            created_at: number;
            /** Format: int32 */
            id: number;
            name: string;
        };
        /** @description What a change-set would do now. Nothing has been done. */
        ChangeSetDetail: {
            /** @description Against what is in force. */
            changes: components["schemas"]["Change"][];
            /** @description Fields that somebody else changed meanwhile, too: `queues[1].ring_s`. The change-set counts. */
            conflicts: string[];
            /** @description All that applying it would refuse this person now, but that a sentence cannot be spoken. */
            problems: string[];
        };
        ChangeSetForm: {
            name: string;
        };
        /** @description What the lists say about a caller. */
        Checked: {
            /** @description Whether the caller is kept out. */
            blocked: boolean;
            entry?: components["schemas"]["ListEntry"] | null;
        };
        /** @description One key of a menu. */
        Choice: {
            /**
             * Format: int32
             * @description What the call is about then.
             */
            business_type?: number | null;
            /** @description `0` to `9`, `*`, `#`, `A` to `D`. */
            digit: string;
            /** @description Where it leads. */
            target: components["schemas"]["Target"];
        };
        Code: {
            /** @description Six digits. */
            code: string;
        };
        /** @description What holds on a dated day. */
        DayKind: "holiday" | {
            /** @description Worked in stead of a holiday: the hours of that day of the week. */
            worked_as: components["schemas"]["Weekday"];
        } | {
            /** @description Hours of its own. */
            hours: components["schemas"]["Span"][];
        };
        /** @description Which skills an agent must have: one, all of several, any of several. At most 16 skills, 4 deep. */
        Demand: {
            /** @description This one, at this level or better. */
            at_least: components["schemas"]["SkillLevel"];
        } | {
            /** @description All of these; none: nothing is demanded. */
            all: components["schemas"]["Demand"][];
        } | {
            /** @description One of these. */
            any: components["schemas"]["Demand"][];
        };
        /** @description Where an agent gives a call. */
        Destination: {
            /** Format: int32 */
            agent: number;
        } | {
            /** Format: int32 */
            queue: number;
        } | {
            /**
             * Format: int32
             * @description A telephone here.
             */
            phone: number;
        } | {
            /** @description A number outside; the outbound rules say whether the agent may. */
            outside: string;
        } | {
            voicemail: components["schemas"]["Mailbox"];
        };
        /**
         * @description Which way a call went: to a number of ours, or out of the house.
         * @enum {string}
         */
        Direction: "inbound" | "outbound";
        /**
         * @description What an agent does in a call.
         * @enum {string}
         */
        Doing: "talking" | "holding" | "consulting" | "conferencing";
        /** @description One number for emergencies. */
        EmergencyNumber: {
            /** @description 2 to 6 digits. */
            digits: string;
            service: components["schemas"]["EmergencyService"];
        };
        /** @description Calls for help. Each number is dialled without any prefix from any phone. */
        EmergencyPlan: {
            /** @description A test: all is done but dialling. */
            is_test?: boolean;
            /** @description 1 to 20. */
            numbers: components["schemas"]["EmergencyNumber"][];
            /** @description What people are used to dial before a number outside: with `9`, 9-110 is 110. */
            prefixes?: string[];
            /** @description The lines tried first, in order; after them every other line. */
            through?: components["schemas"]["Through"][];
        };
        /**
         * @description Who answers a number for emergencies.
         * @enum {string}
         */
        EmergencyService: "all" | "police" | "fire" | "ambulance" | "traffic";
        /** @description The body of every answer that is not a success. */
        Error: {
            error: components["schemas"]["ErrorWords"];
        };
        /** @description What is said about it. */
        ErrorWords: {
            /** @description For programs: `not_signed_in`. */
            code: string;
            /** @description The field it is about. */
            field?: string | null;
            /** @description To find it in the log. */
            id?: string | null;
            /** @description What is wrong, to be said in another language: `between`; it never changes its meaning. */
            key?: string | null;
            /** @description For people: what was found, what is allowed, what to do. */
            message: string;
            /** @description What belongs to the key: `from`, `to`, `found`. */
            params?: {
                [key: string]: string;
            };
        };
        /** @description Where a caller goes whom a queue does not serve. */
        Exit: "goodbye" | {
            /**
             * Format: int32
             * @description Into another queue.
             */
            queue: number;
        } | {
            /**
             * Format: int32
             * @description Into a menu.
             */
            menu: number;
        } | "voicemail";
        /** @description A key by which a caller who waits leaves the queue. */
        ExitKey: {
            /** @description `0` to `9`, `*`, `#`, `A` to `D`. */
            digit: string;
            /** @description Where it leads: not to the queue itself. */
            target: components["schemas"]["Target"];
        };
        /** @description Where callers go whom a queue does not serve. */
        Exits: {
            /**
             * @description Outside the hours.
             * @default goodbye
             */
            closed: components["schemas"]["Exit"];
            /**
             * @description As many wait as may.
             * @default goodbye
             */
            full: components["schemas"]["Exit"];
            /**
             * @description No agent is there.
             * @default goodbye
             */
            nobody: components["schemas"]["Exit"];
            /**
             * @description Waited as long as the queue allows.
             * @default goodbye
             */
            too_long: components["schemas"]["Exit"];
        };
        /** @description One fact, with the fields of its kind beside these. */
        Fact: {
            /** Format: int64 */
            at: number;
            kind: string;
            /** Format: int64 */
            seq: number;
        } & {
            [key: string]: unknown;
        };
        /** @description What is wrong with a row of a table. */
        Fault: {
            allowed: string;
            column: string;
            found: string;
            /**
             * Format: int32
             * @description The line in the file, from 1.
             */
            line: number;
        };
        /**
         * @description What a feature code does.
         * @enum {string}
         */
        Feature: "night_override" | "pickup" | "park" | "unpark" | "do_not_disturb_on" | "do_not_disturb_off" | "record_prompt" | "sign_in" | "sign_out" | "ready" | "not_ready" | "forward_on" | "forward_off" | "voicemail" | "intercom" | "listen" | "toggle_recording" | "blind_transfer" | "consult" | "conference" | "swap" | "cancel" | "supervisor_listens" | "supervisor_whispers" | "supervisor_barges";
        /** @description One feature code. */
        FeatureCode: {
            /** @description What is dialled or pressed: 1 to 6 of `0-9 * #`. */
            digits: string;
            feature: components["schemas"]["Feature"];
        };
        /** @description All feature codes. A feature without a code cannot be asked for by phone. */
        FeatureCodes: {
            /** @description At most 100. */
            codes: components["schemas"]["FeatureCode"][];
            /** @description The first and the last place for parked calls, as dialled; at most 100 places. */
            parking: [
                number,
                number
            ];
        };
        /** @description One field that is not the same on both sides. */
        FieldChange: {
            after: unknown;
            before: unknown;
            field: string;
        };
        /** @description The first administrator. */
        FirstAdministrator: {
            /** @description The code the program printed at its first start. */
            code: string;
            name: string;
            /** @description At least 10 characters. */
            password: string;
        };
        /**
         * @description What a supervisor makes the state of an agent.
         * @enum {string}
         */
        ForcedState: "signed_out" | "not_ready" | "ready";
        /** @description Where those go who call an agent, and not a queue, when the agent does not take the call. */
        Forward: {
            /** @description Do not disturb: the phone does not ring for them at all. */
            always: boolean;
            /** @description Also when the agent is in a call, or writes notes. */
            busy: boolean;
            /** @description Also when the agent does not answer, or turns the call down. */
            no_answer: boolean;
            /** @description Whoever answers outside must press 1 to get the caller. */
            press_one: boolean;
            /** @description In this order, each for a while; at most 10. */
            to: components["schemas"]["ForwardTo"][];
            /** @description Who reaches nobody can leave a message. */
            voicemail: boolean;
        };
        /** @description Somewhere an agent's callers are sent. */
        ForwardTo: {
            /**
             * Format: int32
             * @description Another agent.
             */
            agent: number;
        } | {
            /**
             * Format: int32
             * @description A telephone here.
             */
            phone: number;
        } | {
            /** @description A number outside. */
            outside: string;
        } | "voicemail";
        /** @description One permission of a role. */
        Grant: {
            /** @description `queues:write`. */
            permission: string;
            reach: components["schemas"]["Reach"];
        };
        /** @description A mailbox and what its callers hear before the tone. */
        Greeting: {
            /**
             * Format: int64
             * @description How long the sound is that somebody brought along; null: there is none.
             */
            duration_ms?: number | null;
            /** @description The mailbox as it stands in addresses: `agent-3`, `queue-1`, `house`. */
            key: string;
            mailbox: components["schemas"]["Mailbox"];
            /** @description What the voice says where there is no sound of one's own. */
            text: string;
        };
        /** @description Who has called back, or said that nothing is left to be done. */
        Handled: {
            /** @description A person, by hand. */
            account: string;
        } | {
            /** @description An agent, by calling back. */
            called_back: {
                /** Format: int32 */
                agent: number;
                /** Format: int64 */
                call: number;
            };
        };
        Health: {
            alarms: components["schemas"]["Alarm"][];
            counters: {
                [key: string]: number;
            };
            status: components["schemas"]["Status"];
            /** Format: int64 */
            uptime_ms: number;
            version: string;
        };
        /**
         * @description What has become of a call for help.
         * @enum {string}
         */
        HelpState: "dialling" | "ringing" | "talking" | "ended" | "not_answered" | "no_line" | "test";
        ImportForm: {
            /** @description Whether nothing is changed, only told what would be. */
            dry_run?: boolean;
            /** @description The language announcements in it are in. */
            language: components["schemas"]["Language"];
            list: components["schemas"]["NumberList"];
            /** @description Whether rows without fault are taken though others have some. */
            only_valid?: boolean;
            /**
             * @description CSV: `number, scope, action, target, expires, reason`; only the first is needed: a number,
             *     `138*`, `none`, or `region:Guangdong/Shenzhen`.
             */
            text: string;
        };
        /** @description What an import came to, or would. */
        Imported: {
            added: number;
            /** @description Whether it is in force now. */
            done: boolean;
            /** @description What is wrong with other rows; the first 100. */
            faults: components["schemas"]["Fault"][];
            /** @description All faulty rows as a table to be handed back. */
            faults_csv: string;
            /** @description How many rows have faults. */
            faulty: number;
            replaced: number;
        };
        /** @description What an agent in a call asks for. */
        InCall: {
            /** @enum {string} */
            in_call: "hold";
        } | {
            /** @enum {string} */
            in_call: "retrieve";
        } | {
            /** @enum {string} */
            in_call: "transfer";
            to: components["schemas"]["Destination"];
        } | {
            /** @enum {string} */
            in_call: "consult";
            to: components["schemas"]["Destination"];
        } | {
            /** @enum {string} */
            in_call: "complete";
        } | {
            /** @enum {string} */
            in_call: "swap";
        } | {
            /** @enum {string} */
            in_call: "cancel";
        } | {
            /** @enum {string} */
            in_call: "merge";
        } | {
            /** @enum {string} */
            in_call: "park";
        } | {
            /** @enum {string} */
            in_call: "pause_recording";
        } | {
            /** @enum {string} */
            in_call: "resume_recording";
        };
        /** @description Where a call that comes in leads. */
        InboundAnswer: {
            /**
             * Format: int32
             * @description The entry of the blacklist that keeps the caller out, before any route is asked.
             */
            blocked_by?: number | null;
            /** @description The house is closed and nothing is set for that: "nobody is here", and goodbye. */
            closed: boolean;
            /** @description No route matched: the first menu. */
            first_menu: boolean;
            origin?: components["schemas"]["Origin"] | null;
            /**
             * Format: int32
             * @description The route that matched.
             */
            route?: number | null;
            steps: components["schemas"]["RouteStep"][];
            target?: components["schemas"]["Target"] | null;
        };
        InboundQuestion: {
            /**
             * Format: int64
             * @description When, ms since 1970 UTC; null: now.
             */
            at?: number | null;
            /** @description Which of our numbers was dialled, where the line tells. */
            called?: string | null;
            /** @description Who calls; null: withheld. */
            caller?: string | null;
            /**
             * Format: int32
             * @description On which line, counted from 0.
             */
            line: number;
        };
        /** @description An inbound route. What is left empty matches every call. */
        InboundRoute: components["schemas"]["InboundRouteDraft"] & {
            /** Format: int32 */
            id: number;
        };
        InboundRouteDraft: {
            /** @description Who calls; one of these patterns. */
            callers?: string[];
            closed?: components["schemas"]["Target"] | null;
            /** @description Which of our numbers was dialled; one of these patterns: `9988`, `0755XXXXXXXX`, `400*`. */
            dialled?: string[];
            /** @description Whether it counts. */
            is_enabled?: boolean;
            /** @description On one of these lines, counted from 0 … */
            lines?: number[];
            name: string;
            /**
             * Format: int32
             * @description Whose hours count; null: always open.
             */
            schedule?: number | null;
            /** @description Where it leads. */
            target: components["schemas"]["Target"];
            /** @description … or on a line of one of these trunk groups. */
            trunk_groups?: number[];
        };
        /** @description A caller we know. */
        Known: components["schemas"]["KnownDraft"] & {
            /** @description The number it calls from; its name in addresses. */
            number: string;
        };
        KnownDraft: {
            /** @description Who does when the owner cannot, the first one first; up to 5. */
            backups?: number[];
            /**
             * Format: int32
             * @description The agent who looks after this caller.
             */
            owner?: number | null;
            vip?: components["schemas"]["Vip"] | null;
        };
        /** @enum {string} */
        Language: "zh" | "en";
        LanguageForm: {
            language: components["schemas"]["Language"];
        };
        /** @description One telephone's part in a call. */
        Leg: {
            /**
             * Format: int32
             * @description Whose phone; null: the customer, or somebody outside.
             */
            agent?: number | null;
            /** Format: int64 */
            answered_at?: number | null;
            /**
             * Format: int32
             * @description Q.850.
             */
            cause?: number | null;
            /** Format: int64 */
            consult_ms: number;
            /** Format: int64 */
            ended_at?: number | null;
            /** Format: int64 */
            hold_ms: number;
            /** Format: int64 */
            started_at: number;
            /** @description Was there as a supervisor. */
            supervises: boolean;
            /**
             * Format: int64
             * @description What this agent talked to the customer, held, and asked aside.
             */
            talk_ms: number;
        };
        Line: {
            /** Format: int64 */
            call?: number | null;
            /** Format: int32 */
            id: number;
            name: string;
            /** Format: int64 */
            since_at: number;
            state: components["schemas"]["LineState"];
        };
        /** @description One second of a line. Levels are in dBm0, the telephone network's measure. */
        LineMeasurement: {
            /** @description How a click would come back, from the moment it is sent; empty: not known yet. */
            echo_path: number[];
            /**
             * Format: int32
             * @description Values of the echo path in a second.
             */
            echo_path_rate_hz: number;
            /**
             * Format: float
             * @description How much weaker our own voice comes back than it was sent, in dB; null: not known yet.
             */
            echo_return_loss_db?: number | null;
            /**
             * Format: float
             * @description How much weaker the canceller makes it still, in dB; null: we sent nothing.
             */
            echo_return_loss_enhancement_db?: number | null;
            /**
             * Format: float
             * @description Of the mains, where they have 50 Hz.
             */
            hum_50_dbm0: number;
            /**
             * Format: float
             * @description Of the mains, where they have 60 Hz.
             */
            hum_60_dbm0: number;
            /**
             * Format: float
             * @description Of all that comes from the line.
             */
            level_dbm0: number;
            /**
             * Format: float
             * @description Between words.
             */
            noise_dbm0: number;
            /**
             * Format: float
             * @description Of the loudest moment.
             */
            peak_dbm0: number;
            /** @description From 0 to 4 kHz, in steps of 62.5 Hz. */
            spectrum_dbm0: number[];
        };
        /**
         * @description The state of a line.
         * @enum {string}
         */
        LineState: "out_of_service" | "idle" | "ringing" | "in_use";
        /** @description What becomes of a listed caller. A call out to a listed number is refused whatever it says. */
        ListAction: "busy" | {
            /** @description Hears a sentence and goodbye. */
            announcement: components["schemas"]["Announcement"];
        } | {
            /** @description May leave a message. */
            voicemail: components["schemas"]["Mailbox"];
        } | "queue_low";
        /** @description An entry of a list. */
        ListEntry: components["schemas"]["ListEntryDraft"] & {
            /**
             * Format: int64
             * @description When last.
             */
            hit_at?: number | null;
            /**
             * Format: int64
             * @description How often it met a call.
             */
            hits?: number;
            /** Format: int32 */
            id: number;
        };
        ListEntryDraft: {
            /** @description What becomes of the caller; of no meaning on the white list. */
            action?: components["schemas"]["ListAction"];
            /**
             * Format: int64
             * @description Until when it holds, ms since 1970 UTC; null: for good.
             */
            expires_ms?: number | null;
            list: components["schemas"]["NumberList"];
            listed: components["schemas"]["Listed"];
            /** @description Why; up to 200 characters. */
            reason?: string;
            scope?: components["schemas"]["Scope"];
            standing?: components["schemas"]["Standing"];
        };
        ListPage: {
            /** @description Newest first. */
            entries: components["schemas"]["ListEntry"][];
            /**
             * Format: int32
             * @description `before` of the next page.
             */
            next?: number | null;
            /** @description How many match, on whatever page. */
            total: number;
        };
        /** @description What is listed. */
        Listed: {
            /** @description One number. */
            number: string;
        } | {
            /** @description Every number that begins with these digits. */
            prefix: string;
        } | "no_caller_id" | {
            /** @description Numbers of a province, or of a city in it: `Guangdong`, `Guangdong/Shenzhen`. */
            region: string;
        };
        LiveAgent: {
            /** Format: int64 */
            call?: number | null;
            /** @description The phone is not to ring. */
            do_not_disturb: boolean;
            /** @description Where callers go at once, as set by phone: a number outside or within. */
            forwarded_to?: string | null;
            /** Format: int32 */
            id: number;
            name: string;
            phone: components["schemas"]["AgentPhone"];
            reason?: string | null;
            /** Format: int64 */
            since_at: number;
            state: components["schemas"]["AgentState"];
            /**
             * Format: int32
             * @description Messages in the own mailbox that nobody has heard.
             */
            unheard: number;
        };
        LiveCall: {
            /** Format: int32 */
            agent?: number | null;
            /**
             * Format: int32
             * @description What the call is about.
             */
            business_type?: number | null;
            caller: components["schemas"]["Caller"];
            /** Format: int64 */
            id: number;
            /** Format: int32 */
            line?: number | null;
            origin?: components["schemas"]["Origin"] | null;
            /**
             * Format: int32
             * @description The place where it is parked: what a phone dials to fetch it.
             */
            parked?: number | null;
            /** @description All agents who take part in it, in the order they came. */
            parties: components["schemas"]["LiveParty"][];
            /** Format: int32 */
            queue?: number | null;
            /** @description Whether it is recorded. */
            recorded: components["schemas"]["Recorded"];
            /**
             * Format: int32
             * @description The agent whose phone rings because another one asked for it.
             */
            rung?: number | null;
            /** Format: int64 */
            since_at: number;
            stage: components["schemas"]["CallStage"];
            /** Format: int64 */
            stage_since_at: number;
            supervision?: components["schemas"]["LiveSupervision"] | null;
            vip?: components["schemas"]["Vip"] | null;
        };
        /** @description One message to the browser. */
        LiveMessage: (components["schemas"]["Snapshot"] & {
            /** @enum {string} */
            type: "snapshot";
        }) | {
            /** Format: int64 */
            at: number;
            /** @enum {string} */
            type: "heartbeat";
        };
        LiveParty: {
            /** Format: int32 */
            agent: number;
            /** @description Is only asked by another agent. */
            consulted: boolean;
            doing: components["schemas"]["Doing"];
        };
        LiveQueue: {
            /** Format: int32 */
            agents_idle: number;
            /** Format: int32 */
            agents_signed_in: number;
            /** Format: int32 */
            id: number;
            /** @description Nobody is taken in. */
            is_disabled: boolean;
            name: string;
            /** Format: int64 */
            oldest_at?: number | null;
            /** @description How soon callers are to be answered. */
            target: components["schemas"]["ServiceTarget"];
            today: components["schemas"]["TodayCounts"];
            /**
             * Format: int32
             * @description Messages in its mailbox that nobody has heard.
             */
            unheard: number;
            /** Format: int32 */
            waiting: number;
        };
        /** @description A supervisor in a call. */
        LiveSupervision: {
            /** @description Who. */
            account: string;
            mode: components["schemas"]["SuperviseMode"];
            /**
             * Format: int32
             * @description With which agent.
             */
            over: number;
        };
        /** @description What was done to a recording. */
        LogEntry: {
            /** @description Who asked for it; null: the box by its policy. */
            account?: string | null;
            /** @description `removed`, `held` or `released`. */
            act: string;
            /** Format: int64 */
            at: number;
            /** Format: int64 */
            bytes: number;
            /** Format: int64 */
            call: number;
            /** Format: int64 */
            id: number;
            /** @description Of a removal `age` or `room`, else what was said. */
            reason: string;
            /** Format: int64 */
            recording: number;
        };
        /** @description Whose voicemail. */
        Mailbox: {
            /** Format: int32 */
            agent: number;
        } | {
            /** Format: int32 */
            queue: number;
        } | "house";
        /** @description How messages are taken. */
        Mailboxes: {
            /**
             * Format: int32
             * @description A message ends after so many seconds of silence; 0: never for that. 0 to 60.
             */
            silence_s: number;
        };
        /**
         * @description What a message becomes.
         * @enum {string}
         */
        Mark: "heard" | "handled";
        Marked: {
            mark: components["schemas"]["Mark"];
        };
        /** @description Who may make calls of which class. */
        MayCall: {
            /** @description Agents signed in, those named below excepted. */
            agents: components["schemas"]["CallClass"][];
            /** @description Agents who may make more or fewer kinds of call, each with its classes. */
            each?: [
                number,
                ("free" | "local" | "mobile" | "national" | "service" | "international" | "premium")[]
            ][];
            /** @description A phone at which nobody is signed in. */
            nobody: components["schemas"]["CallClass"][];
        };
        /** @description One menu. */
        Menu: components["schemas"]["MenuDraft"] & {
            /** Format: int32 */
            id: number;
        };
        MenuDraft: {
            /**
             * Format: int32
             * @description How often the greeting is played; 1 to 5.
             */
            attempts?: number;
            choices: components["schemas"]["Choice"][];
            /** @description What is said on entering. */
            greeting: string;
            /**
             * Format: int32
             * @description How long to wait for a key; 1 to 30.
             */
            input_s?: number;
            language: components["schemas"]["Language"];
            name: string;
            otherwise?: components["schemas"]["Target"] | null;
        };
        /** @description A caller whom nobody has talked to; gone from the list once somebody has, whichever side called. */
        MissedCaller: {
            /**
             * Format: int64
             * @description The last call.
             */
            call: number;
            /** Format: int64 */
            first_at: number;
            /** Format: int64 */
            last_at: number;
            number: string;
            /** @description How it ended: `abandoned_in_queue`, `nobody_here`, … */
            outcome: string;
            /**
             * Format: int32
             * @description Where the last call waited; null: in no queue.
             */
            queue?: number | null;
            /**
             * Format: int32
             * @description How often the caller has tried.
             */
            tries: number;
        };
        /**
         * @description Open or closed.
         * @enum {string}
         */
        Mode: "day" | "night";
        NewAccount: components["schemas"]["AccountForm"] & {
            /** @description At least 10 characters. */
            password: string;
        };
        /**
         * @description How much noise is taken away.
         * @enum {string}
         */
        NoiseReduction: "off" | "mild" | "medium" | "strong";
        NoteForm: {
            /**
             * Format: int64
             * @description About which call; null: the one in hand. For half an hour after a call its agent can put the
             *     note right; the code stays.
             */
            call?: number | null;
            /**
             * Format: int32
             * @description One of the codes of the queue.
             */
            code?: number | null;
            /** @description Up to 2000 characters. */
            note?: string;
        };
        /** @description The notes of an agent about the call in hand, or the one just over. */
        Notes: {
            /**
             * Format: int64
             * @description null: there is no such call.
             */
            call?: number | null;
            /**
             * Format: int32
             * @description The one chosen.
             */
            code?: number | null;
            /** @description The codes of its queue. */
            codes: components["schemas"]["CallCode"][];
            /**
             * Format: int64
             * @description By how much each time.
             */
            extension_ms: number;
            /**
             * Format: int32
             * @description How often it can still be made longer.
             */
            extensions_left: number;
            /** @description Whether one must be chosen to end the time for notes early. */
            is_required: boolean;
            note: string;
            /**
             * Format: int64
             * @description When the time for notes ends by itself; null: it has not begun.
             */
            until_at?: number | null;
        };
        /** @description A database of mobile numbers. */
        NumberDatabase: {
            bytes: number;
            /** @description How many ranges of 10 000 numbers it has. */
            ranges: number;
            /** @description In hexadecimal digits. */
            sha256: string;
            /**
             * Format: int64
             * @description When it was put here.
             */
            taken_at: number;
            /** @description As the file tells it: `2312`, of December 2023. */
            version: string;
        };
        /** @description The databases of mobile numbers that are kept. */
        NumberDatabases: {
            former?: components["schemas"]["NumberDatabase"] | null;
            in_use?: components["schemas"]["NumberDatabase"] | null;
        };
        /**
         * @description Kept out, or let through whatever the blacklist says.
         * @enum {string}
         */
        NumberList: "black" | "white";
        /** @description How numbers are dialled where the house stands. */
        NumberPlan: {
            /** @description The area code of the house without the trunk prefix: `755`; empty: not known. */
            area: string;
            /** @description The country code without `+`: `86`. */
            country: string;
            /** @description What is dialled before a number abroad: `00`. */
            international: string;
            /** @description What is dialled before a number in another area: `0`. */
            trunk: string;
        };
        /**
         * @description What sort of number it is; the services are those that begin with 400, 800, 95, 96 and 1010.
         * @enum {string}
         */
        NumberSort: "landline" | "mobile" | "service400" | "service800" | "service95" | "service96" | "service1010" | "operator" | "public";
        /** @description A change of the offset. */
        OffsetChange: {
            /**
             * Format: int64
             * @description From when it holds, ms since 1970 UTC.
             */
            from_ms: number;
            /** Format: int32 */
            offset_min: number;
        };
        /** @description One session that lasts. */
        OpenSession: {
            address: string;
            /** Format: int64 */
            created_at: number;
            /** Format: int64 */
            expires_at: number;
            /** Format: int32 */
            id: number;
            name: string;
            /** @description The one this request belongs to. */
            own: boolean;
            /**
             * Format: int64
             * @description When it was last used, to a minute.
             */
            seen_at: number;
            user_agent: string;
        };
        /**
         * @description The operator that has the range of a mobile number, or on whose network its brand is.
         * @enum {string}
         */
        Operator: "china_mobile" | "china_unicom" | "china_telecom" | "china_broadnet" | "on_china_telecom" | "on_china_unicom" | "on_china_mobile" | "on_china_broadnet";
        /**
         * @description What is known of a number by its digits: where its range is registered, which is not where the
         *     person is, nor tells who took the number along to another operator.
         */
        Origin: {
            operator?: components["schemas"]["Operator"] | null;
            region?: components["schemas"]["PlaceName"] | null;
            sort: components["schemas"]["NumberSort"];
        };
        OutboundAnswer: {
            becomes: components["schemas"]["Becomes"];
            /** @description The digits that are dialled on the line. */
            dialled?: string | null;
            /** @description The lines it can have, in the order to try. */
            lines: number[];
            origin?: components["schemas"]["Origin"] | null;
            /**
             * @description Why it is refused: `no_rule`, `not_permitted`, `listed`, `no_line`, `no_number_left`,
             *     `no_such_code`.
             */
            refusal?: string | null;
            steps: components["schemas"]["RouteStep"][];
        };
        OutboundQuestion: {
            /**
             * Format: int32
             * @description Who is signed in at the phone; null: nobody.
             */
            agent?: number | null;
            /** @description Whether the lines are taken as they are now; else as if all were free. */
            lines_now?: boolean;
            /** @description What is dialled. */
            number: string;
        };
        /** @description An outbound rule. */
        OutboundRule: components["schemas"]["OutboundRuleDraft"] & {
            /** Format: int32 */
            id: number;
        };
        OutboundRuleDraft: {
            /** @description Digits put before what is left; up to 32. */
            add?: string;
            /** @description What such a call costs, and so who may make it. */
            class: components["schemas"]["CallClass"];
            /** @description Whether it counts. */
            is_enabled?: boolean;
            name: string;
            /** @description The numbers it is for, as they are dialled here: `9*`, `0[1-9]*`, `1[3-9]XXXXXXXXX`. */
            numbers: string[];
            shown?: components["schemas"]["ShownNumber"];
            /**
             * Format: int32
             * @description How many digits are taken off the front; 0 to 32.
             */
            strip?: number;
            /** @description The ways out, in the order they are tried; at least one. */
            through: components["schemas"]["Through"][];
        };
        /**
         * @description How a call ended, seen by the customer.
         * @enum {string}
         */
        Outcome: "served" | "not_reached" | "abandoned_in_menu" | "abandoned_in_queue" | "abandoned_ringing" | "not_answered" | "left_message" | "callback_agreed" | "no_message" | "self_service" | "no_choice" | "nobody_here" | "queue_full" | "announced" | "waited_too_long" | "refused" | "failed";
        /** @description A step of the overflow timeline. */
        Overflow: {
            action: components["schemas"]["OverflowAction"];
            /**
             * Format: int32
             * @description Waited so long; 1 to 7200.
             */
            after_s: number;
        };
        /** @description What is done for a caller who has waited for a while. */
        OverflowAction: {
            /**
             * Format: int32
             * @description The agents of that queue may take the caller too.
             */
            add_agents_of: number;
        } | {
            /**
             * Format: int32
             * @description Into that queue, with what was waited counted.
             */
            move_to: number;
        } | {
            /**
             * Format: int32
             * @description Into a menu.
             */
            menu: number;
        } | "voicemail" | {
            /**
             * Format: int32
             * @description Straight to that agent, if the phone can be rung.
             */
            agent: number;
        } | {
            /**
             * Format: int32
             * @description Straight to that telephone, if it can be rung.
             */
            phone: number;
        } | "offer_callback" | "goodbye";
        OwnPassword: {
            old: string;
            /** @description At least 10 characters. */
            password: string;
        };
        /**
         * @description Which side of a call did something.
         * @enum {string}
         */
        Party: "customer" | "agent" | "system";
        Password: {
            /** @description Shown this once. */
            password: string;
        };
        PasswordForm: {
            /** @description At least 10 characters. */
            password: string;
        };
        Phone: {
            /** @description Where it is to be reached. */
            contact?: string | null;
            /**
             * Format: int64
             * @description When its registration lapses.
             */
            expires_at?: number | null;
            extension: string;
            /** Format: int32 */
            id: number;
            name: string;
            registered: boolean;
            /** @description What it says it is. */
            user_agent?: string | null;
        };
        PhoneDraft: {
            /** @description 2 to 8 digits. */
            extension: string;
            name: string;
        };
        /** @description A PIN; it cannot be read again. */
        PinForm: {
            /** @description 4 to 12 digits; null: the agent has none, and signs in at the own phone alone. */
            pin?: string | null;
        };
        /** @description A name in both languages. */
        PlaceName: {
            en: string;
            zh: string;
        };
        /**
         * @description Whether the caller lets us see the number.
         * @enum {string}
         */
        Presentation: "allowed" | "withheld" | "unavailable";
        /** @description What a schedule comes to. */
        Preview: {
            /**
             * Format: int32
             * @description Minutes east of UTC at its beginning.
             */
            offset_min: number;
            /** @description What holds from when on, earliest first; the first one at `from_at`. */
            spans: components["schemas"]["PreviewSpan"][];
            /**
             * Format: int64
             * @description When the preview ends.
             */
            to_at: number;
        };
        PreviewQuestion: {
            /**
             * Format: int64
             * @description How many days; 1 to 31, default 7.
             */
            days?: number | null;
            /**
             * Format: int64
             * @description From when; null: now.
             */
            from_at?: number | null;
            /**
             * Format: int32
             * @description Its number, if it has one: what was set by hand counts then.
             */
            id?: number | null;
            /** @description The schedule as it is being written. */
            schedule: components["schemas"]["ScheduleDraft"];
        };
        PreviewSpan: {
            /** @description `week`, `calendar`, `override`, with the fields of the kind beside it. */
            because: Record<string, never>;
            /** Format: int64 */
            from_at: number;
            mode: components["schemas"]["Mode"];
        };
        /**
         * @description Where a sound belongs.
         * @enum {string}
         */
        PromptKind: "text" | "music" | "sentence" | "number";
        /** @description One sound that callers hear. */
        PromptRow: {
            /** Format: int64 */
            duration_ms: number;
            /** @description Its name in addresses. */
            key: string;
            kind: components["schemas"]["PromptKind"];
            /** @description `zh`, `en`; null: music has none. */
            language?: string | null;
            /**
             * Format: int32
             * @description What is dialled after the code for recording an announcement to speak it from a phone; null: it
             *     cannot be spoken so.
             */
            number?: number | null;
            /** @description Whether a sound was put in its place. */
            replaced: boolean;
            /** @description What the voice says; empty: music. */
            text: string;
        };
        /** @description A province with its cities. */
        Province: {
            cities: components["schemas"]["PlaceName"][];
            name: components["schemas"]["PlaceName"];
        };
        /** @description One queue. */
        Queue: components["schemas"]["QueueDraft"] & {
            /** Format: int32 */
            id: number;
        };
        QueueDraft: {
            /**
             * @description Who serves it.
             * @default []
             */
            agents: number[];
            /**
             * @description What callers are told about their wait, and when.
             * @default {
             *       "every_s": 30,
             *       "first_s": 10,
             *       "may_rise": false,
             *       "most_ahead": 10,
             *       "most_minutes": 15,
             *       "only_improved": false,
             *       "position": true,
             *       "wait": true
             *     }
             */
            announcements: components["schemas"]["Announcements"];
            /**
             * @description Whether the agent of the highest level goes first; else skills only admit.
             * @default true
             */
            best_skill_first: boolean;
            /** @default null */
            callback: components["schemas"]["CallbackOffer"] | null;
            /**
             * @description Which skills an agent must have for any caller of this queue.
             * @default {
             *       "all": []
             *     }
             */
            demand: components["schemas"]["Demand"];
            /**
             * @description Keys by which callers leave who wait; no key twice.
             * @default []
             */
            exit_keys: components["schemas"]["ExitKey"][];
            /**
             * @description Where callers go whom the queue does not serve.
             * @default {
             *       "closed": "goodbye",
             *       "full": "goodbye",
             *       "nobody": "goodbye",
             *       "too_long": "goodbye"
             *     }
             */
            exits: components["schemas"]["Exits"];
            /**
             * @description What is said to a caller on coming in; empty: nothing. Up to 1000 characters.
             * @default
             */
            greeting: string;
            /**
             * Format: int32
             * @description The schedule in whose hours callers are taken in; null: always.
             * @default null
             */
            hours: number | null;
            /**
             * @description Nobody is taken in; who is in it is served.
             * @default false
             */
            is_disabled: boolean;
            /**
             * @description Callers are taken in if any agent is in none of these states, or none is named.
             * @default [
             *       "signed_out"
             *     ]
             */
            join_empty: components["schemas"]["Absence"][];
            /**
             * Format: int32
             * @description Who is cut off or hangs up and calls again within so long gets the place back; 0 to 600,
             *     0: off.
             * @default 60
             */
            keep_place_s: number;
            /**
             * Format: int32
             * @description Who talked to the caller within so many hours is tried first; 0 to 168, 0: off.
             * @default 0
             */
            last_agent_h: number;
            /**
             * @description Callers stay while any agent is in none of these states, or none is named.
             * @default [
             *       "signed_out"
             *     ]
             */
            leave_empty: components["schemas"]["Absence"][];
            /**
             * Format: int32
             * @description How long callers stay when nobody is there any more; 0 to 3600.
             * @default 60
             */
            leave_empty_s: number;
            /**
             * Format: int32
             * @description The longest wait; 10 to 7200.
             * @default 300
             */
            max_wait_s: number;
            /**
             * Format: int32
             * @description The most callers that may wait; 1 to 200.
             * @default 50
             */
            max_waiting: number;
            /** @default  */
            name: string;
            /**
             * @description What is done for who waits longer and longer; each step later than the one before, at most 8.
             * @default []
             */
            overflow: components["schemas"]["Overflow"][];
            /**
             * Format: int32
             * @description How long a caller waits for a dedicated agent who writes notes; 0 to 120.
             * @default 15
             */
            owner_hold_s: number;
            /**
             * @description Skills that are welcome and not needed.
             * @default []
             */
            preferred: number[];
            /**
             * @description Which of its conversations are recorded.
             * @default always
             */
            recording: components["schemas"]["RecordingPolicy"];
            /**
             * @description When less skill will do; each step later than the one before and by more, at most 8.
             * @default [
             *       {
             *         "after_s": 30,
             *         "by": 1
             *       },
             *       {
             *         "after_s": 60,
             *         "by": 2
             *       }
             *     ]
             */
            relaxation: components["schemas"]["Relaxation"][];
            /**
             * Format: int32
             * @description How long an agent's phone rings; 5 to 120.
             * @default 20
             */
            ring_s: number;
            /**
             * Format: int32
             * @description Under `ring_progressive`, how long until one more phone rings; 2 to 60.
             * @default 8
             */
            ring_step_s: number;
            /**
             * @description How soon callers are to be answered.
             * @default {
             *       "percent": 80,
             *       "within_s": 20
             *     }
             */
            service_level: components["schemas"]["ServiceLevel"];
            /**
             * @description How an agent is chosen among those who are able.
             * @default longest_idle
             */
            strategy: components["schemas"]["Strategy"];
            /**
             * @description The same to a VIP; empty: as to all.
             * @default
             */
            vip_greeting: string;
            /**
             * Format: int32
             * @description How long a VIP waits for a dedicated agent who is busy; 0 to 300.
             * @default 20
             */
            vip_hold_s: number;
            /**
             * Format: int32
             * @description Counts for its callers as (weight - 50) * 6 seconds of waiting; 0 to 100.
             * @default 50
             */
            weight: number;
            /**
             * @description What agents say a call came to; at most 100.
             * @default []
             */
            wrapup_codes: components["schemas"]["WrapupCode"][];
            /**
             * @description Whether an agent must choose one to end the time for notes early.
             * @default false
             */
            wrapup_required: boolean;
            /**
             * Format: int32
             * @description Time for notes after a call; 0 to 600.
             * @default 30
             */
            wrapup_s: number;
        };
        /** @description How long the recordings of one queue's calls are kept. */
        QueueRetention: {
            /**
             * Format: int32
             * @description 1 to 3650; null: for ever.
             */
            keep_days?: number | null;
            /** Format: int32 */
            queue: number;
        };
        /**
         * @description How far a permission reaches.
         * @enum {string}
         */
        Reach: "oneself" | "own_groups" | "everybody";
        /** @description A table that was read; nothing of it is in force. */
        ReadCalendar: {
            /** @description The rows without fault, by date. */
            days: components["schemas"]["CalendarDay"][];
            /** @description What is wrong with the others. */
            faults: components["schemas"]["Fault"][];
        };
        /** @description Why a recording is held or released. */
        Reason: {
            /** @description 1 to 200 characters. */
            reason: string;
        };
        /**
         * @description Whether a call is recorded; paused: it is, but for what is said now.
         * @enum {string}
         */
        Recorded: "no" | "yes" | "paused";
        Recording: {
            /** Format: int64 */
            bytes: number;
            /** Format: int64 */
            duration_ms: number;
            /** @description Held for the law: neither age nor want of room removes it. */
            held: boolean;
            /** Format: int64 */
            id: number;
            /** Format: int64 */
            started_at: number;
            state: components["schemas"]["RecordingState"];
        };
        /** @description By direction. */
        RecordingPolicies: {
            /** @description Calls that come in. */
            inbound: components["schemas"]["RecordingPolicy"];
            /** @description Calls from phone to phone. */
            internal: components["schemas"]["RecordingPolicy"];
            /** @description Calls to somebody outside. */
            outbound: components["schemas"]["RecordingPolicy"];
        };
        /** @description Which conversations are recorded. */
        RecordingPolicy: "always" | "never" | {
            /**
             * Format: int32
             * @description So many of a hundred, 1 to 99.
             */
            percent: number;
        };
        /**
         * @description How far a recording is.
         * @enum {string}
         */
        RecordingState: "in_progress" | "complete" | "repaired" | "failed" | "removed";
        /** @description Something that was asked about an agent and refused. */
        Refusal: {
            /** @description Who asked. */
            account: string;
            /**
             * Format: int32
             * @description Over whom.
             */
            agent: number;
            /** Format: int64 */
            at: number;
            /** Format: int64 */
            id: number;
            /** @description In which role. */
            role: string;
            /** @description Why not. */
            verdict: string;
            /**
             * @description For what: `listen`, `whisper`, `barge`, `take_over`, `release`, `set_state`, `in_call`,
             *     `notes`.
             */
            what: string;
        };
        /** @description A moment from which less skill will do. */
        Relaxation: {
            /**
             * Format: int32
             * @description Waited so long; 1 to 7200.
             */
            after_s: number;
            /**
             * Format: int32
             * @description Each level demanded is lower by so much, and 1 at least; 1 to 4.
             */
            by: number;
        };
        /** @description How long recordings are kept. */
        Retention: {
            /**
             * Format: int32
             * @description Days after its end that a recording is kept, 1 to 3650; null: for ever.
             */
            keep_days?: number | null;
            /** @description Days for the calls of some queues instead. */
            queues?: components["schemas"]["QueueRetention"][];
            /** @description What to do when 95 % of the disk is used. */
            when_low: components["schemas"]["WhenLow"];
        };
        /** @description A role. */
        Role: components["schemas"]["RoleDraft"] & {
            /** @description One of every box, which cannot be changed. */
            built_in?: boolean;
            /** @description 1 to 32 of `a-z 0-9 _`; its name in addresses and accounts. */
            key: string;
        };
        RoleDraft: {
            /** @description What it permits; each permission once. */
            grants: components["schemas"]["Grant"][];
            name: string;
        };
        /** @description One step of a decision, with the fields of its kind beside it. */
        RouteStep: {
            /** @description `route_passed`, `route_taken`, `scheduled`, `leads_to`, `rule_taken`, `class`, `line` … */
            step: string;
        } & {
            [key: string]: unknown;
        };
        /** @description Rules of the house for calls and agents. */
        Rules: {
            /** @description Who talks hears a tone when a supervisor comes to speak with all. */
            barge_tone: boolean;
            /**
             * Format: int32
             * @description Who sits at another phone than the own and does nothing for so many minutes is signed out; 0
             *     to 1440, 0: stays.
             */
            hot_desk_idle_min: number;
            /** @description Whether an agent who has called somebody outside counts as idle only since then. */
            outbound_resets_idle: boolean;
            /** @description Which conversations are recorded of calls that have come through no queue. */
            recording: components["schemas"]["RecordingPolicies"];
        };
        /** @description A schedule. */
        Schedule: components["schemas"]["ScheduleDraft"] & {
            /** Format: int32 */
            id: number;
        };
        ScheduleDraft: {
            /** @description Days of this schedule alone; they count before the same day of the shared calendar. */
            days?: components["schemas"]["CalendarDay"][];
            /** @description Whether the shared calendar counts. */
            keeps_calendar?: boolean;
            name: string;
            /** @description Open in any of these; at most 50. */
            week: components["schemas"]["WeekSpan"][];
        };
        /**
         * @description For calls in which direction an entry holds.
         * @enum {string}
         */
        Scope: "in" | "out" | "both";
        /** @description How soon callers are to be answered. */
        ServiceLevel: {
            /**
             * Format: int32
             * @description So many of a hundred; 1 to 100.
             */
            percent: number;
            /**
             * Format: int32
             * @description Within so many seconds; 1 to 600.
             */
            within_s: number;
        };
        /** @description How many of a hundred callers are to be answered within how long. */
        ServiceTarget: {
            /** Format: int32 */
            percent: number;
            /** Format: int32 */
            within_s: number;
        };
        /** @description Who is signed in. */
        Session: {
            /** @description The language chosen, if any: `zh`, `en`. */
            language?: string | null;
            /** @description What the role permits: `queues:write`. */
            permissions: string[];
            user: components["schemas"]["User"];
        };
        SetByHand: {
            /**
             * Format: int64
             * @description Until when it holds; null: the plan holds.
             */
            until_at?: number | null;
        };
        /** @description Whether this box has to be set up. */
        Setup: {
            needed: boolean;
            version: string;
        };
        /**
         * @description How bad it is.
         * @enum {string}
         */
        Severity: "warning" | "critical";
        /** @description Which number the called person is shown. */
        ShownNumber: "of_the_line" | {
            /** @description One of our numbers, where the line can tell it. */
            own: string;
        };
        SignInForm: {
            /** @description Six digits of the authenticator, where the account has one. */
            code?: string | null;
            name: string;
            password: string;
        };
        /** @description Something an agent may be good at. */
        Skill: components["schemas"]["SkillDraft"] & {
            /** Format: int32 */
            id: number;
        };
        SkillDraft: {
            name: string;
        };
        /** @description How good an agent is, or must be, at something. */
        SkillLevel: {
            /**
             * Format: int32
             * @description 1 to 5.
             */
            level: number;
            /** Format: int32 */
            skill: number;
        };
        /** @description Everything people watch. */
        Snapshot: {
            agents: components["schemas"]["LiveAgent"][];
            alarms: components["schemas"]["Alarm"][];
            /** Format: int64 */
            at: number;
            /** @description Who is to be called back, the oldest promise first. */
            callbacks: components["schemas"]["Callback"][];
            calls: components["schemas"]["LiveCall"][];
            /** @description Calls for help that nobody has acknowledged; everybody is told of all of them. */
            help: components["schemas"]["CallForHelp"][];
            lines: components["schemas"]["Line"][];
            queues: components["schemas"]["LiveQueue"][];
            /** Format: int64 */
            seq: number;
            today: components["schemas"]["TodayTotals"];
            /**
             * Format: int32
             * @description Messages in the mailbox of the house that nobody has heard; 0 for who may not open it.
             */
            unheard: number;
        };
        /** @description From a time to a time; one that ends no later than it begins ends on the next day. */
        Span: {
            /** @description `09:00`; 00:00 to 23:59. */
            from: string;
            /** @description `18:00`; 00:01 to 24:00. */
            to: string;
        };
        /**
         * @description Whether an entry holds, or waits for a supervisor to agree.
         * @enum {string}
         */
        Standing: "in_force" | "proposed";
        StateRequest: {
            /** @description Why not ready: "lunch". */
            reason?: string | null;
            state: components["schemas"]["AgentRequest"];
        };
        /** @enum {string} */
        Status: "ok" | "degraded";
        /**
         * @description How an agent is chosen among those who are able.
         * @enum {string}
         */
        Strategy: "longest_idle" | "most_recent_idle" | "round_robin" | "least_calls" | "least_talk" | "least_occupied" | "random" | "top_down" | "ring_all" | "ring_progressive";
        /** @description What a supervisor asks for about an agent. Reasons must be said; they are kept with who did it. */
        Supervise: {
            mode: components["schemas"]["SuperviseMode"];
            /** @enum {string} */
            supervise: "begin";
        } | {
            /** @enum {string} */
            supervise: "end";
        } | {
            reason: string;
            /** @enum {string} */
            supervise: "take_over";
        } | {
            only_agent: boolean;
            reason: string;
            /** @enum {string} */
            supervise: "release";
        } | {
            reason: string;
            state: components["schemas"]["ForcedState"];
            /** @enum {string} */
            supervise: "set_state";
        };
        /**
         * @description Whom a supervisor in a call is heard by: nobody, the agent, everybody.
         * @enum {string}
         */
        SuperviseMode: "listen" | "whisper" | "barge";
        Table: {
            /** @description CSV: `date, kind, name, hours`. */
            text: string;
        };
        /** @description Where a call can be sent. */
        Target: {
            /**
             * Format: int32
             * @description A voice menu.
             */
            menu: number;
        } | {
            /**
             * Format: int32
             * @description A queue.
             */
            queue: number;
        } | {
            /**
             * Format: int32
             * @description An agent, at whatever phone.
             */
            agent: number;
        } | {
            /**
             * Format: int32
             * @description A telephone, whoever is signed in there.
             */
            phone: number;
        } | {
            /** @description A mailbox. */
            voicemail: components["schemas"]["Mailbox"];
        } | {
            /** @description A sentence, and goodbye. */
            announcement: components["schemas"]["Announcement"];
        };
        /** @description A way out. */
        Through: {
            /**
             * Format: int32
             * @description One line, counted from 0.
             */
            line: number;
        } | {
            /**
             * Format: int32
             * @description Any line of a trunk group, in its order.
             */
            group: number;
        };
        /** @description The agent was in one state for a while. */
        TimelineSpan: {
            /** Format: int64 */
            call?: number | null;
            /**
             * Format: int64
             * @description How much of it is of the day.
             */
            lasted_ms: number;
            /** @description Why not ready. */
            reason?: string | null;
            /**
             * Format: int64
             * @description Cut to the day.
             */
            since_at: number;
            /** @description `idle`, `offering`, `talking`, `holding`, `wrapup`, `not_ready` … */
            state: string;
            /**
             * Format: int64
             * @description Cut to the day; null: still.
             */
            until_at?: number | null;
        };
        TodayCounts: {
            /** Format: int32 */
            abandoned: number;
            /** Format: int32 */
            answered: number;
            /**
             * Format: int32
             * @description Went elsewhere before: to another queue, a mailbox, a promise to call back, goodbye.
             */
            flowed_out: number;
            /** Format: int32 */
            offered: number;
            /**
             * Format: int32
             * @description offered − answered − abandoned − flowed_out.
             */
            waiting: number;
        };
        TodayTotals: components["schemas"]["TodayCounts"] & {
            /** @description Calls that go on. */
            in_progress: number;
        };
        /** @description Lines that stand in for each other. */
        TrunkGroup: components["schemas"]["TrunkGroupDraft"] & {
            /** Format: int32 */
            id: number;
        };
        TrunkGroupDraft: {
            /** @description Its lines, counted from 0, in the order they are tried; no line is in two groups. */
            lines: number[];
            name: string;
            /**
             * Format: int32
             * @description Lines that calls out leave free for callers; null: 1, and 0 in a group of one line.
             */
            reserve?: number | null;
        };
        /** @description What was undone, and what was not. */
        Undone: {
            /** @description Fields that others have changed since: `queues[1].ring_s`. They stay as they are. */
            refused: string[];
        };
        User: {
            /**
             * Format: int32
             * @description The agent this person is, if any.
             */
            agent_id?: number | null;
            /** Format: int32 */
            id: number;
            name: string;
            role: string;
        };
        /** @description One version. */
        Version: {
            /**
             * Format: int64
             * @description When it came into force.
             */
            at: number;
            /** @description Who made it; empty: the box itself. */
            author: string;
            /** @description The name of the change-set, which version was restored: `7`, or undone: `undo 7`. */
            note: string;
            /** Format: int32 */
            version: number;
        };
        /** @description What a version changed, and what going back to it would change. */
        VersionDetail: {
            /** @description Against what is in force. */
            back: components["schemas"]["Change"][];
            /** @description Against the version before it. */
            made: components["schemas"]["Change"][];
            /** @description What undoing it, and nothing that came after it, would change; nothing of the first version. */
            undo: components["schemas"]["Change"][];
            /** @description Why undoing it would be refused as a whole. */
            undo_problems: string[];
            /** @description Fields that others have changed since, which undoing it would leave. */
            undo_refused: string[];
        };
        /**
         * @description How far a caller is before others: as if 10, 20, 30 min longer, or before everybody.
         * @enum {string}
         */
        Vip: "level1" | "level2" | "level3" | "absolute";
        Voice: {
            /**
             * Format: int32
             * @description To which level speech is brought, in dBm0, -30 to -9; null: as it comes.
             */
            level_dbm0?: number | null;
            /** @description How much of its noise is taken away; unless it is off, the voice comes 10 ms later. */
            noise: components["schemas"]["NoiseReduction"];
        };
        /** @description How voices are bettered on their way; at once, also in calls. */
        VoicePath: {
            /** @description Of people on telephone lines. */
            lines: components["schemas"]["Voice"];
            /** @description Of people at phones of ours. */
            phones: components["schemas"]["Voice"];
        };
        /** @description A message. */
        Voicemail: {
            /** Format: int64 */
            call: number;
            caller: components["schemas"]["Caller"];
            handled?: components["schemas"]["Handled"] | null;
            heard: boolean;
            /**
             * Format: int64
             * @description Its number: that of its recording.
             */
            id: number;
            /** Format: int64 */
            left_at: number;
            /** Format: int64 */
            length_ms: number;
            mailbox: components["schemas"]["Mailbox"];
        };
        /** @description The lowest and the highest sample of each column, one after the other, for each track. */
        Waveform: {
            agent: number[];
            columns: number;
            /** @description min, max, min, max … */
            customer: number[];
            /** Format: int64 */
            duration_ms: number;
            /** @description Of a supervisor who took part; else not there. */
            supervisor?: number[] | null;
        };
        /** @description The same hours on some days of the week. */
        WeekSpan: components["schemas"]["Span"] & {
            /** @description On which days it begins. */
            days: components["schemas"]["Weekday"][];
        };
        /**
         * @description A day of the week.
         * @enum {string}
         */
        Weekday: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
        /**
         * @description What to do when the disk fills: say so only, or remove the oldest recordings.
         * @enum {string}
         */
        WhenLow: "keep" | "remove_oldest";
        /** @description A code that agents give the calls of a queue when they are over. */
        WrapupCode: {
            /**
             * Format: int32
             * @description Its number in the queue; one that was used is never given to another.
             */
            id: number;
            name: string;
        };
        /** @description The offset of the clock on the walls from UTC. */
        Zone: {
            /** @description Later changes, earliest first; none where there is no summer time. */
            changes?: components["schemas"]["OffsetChange"][];
            /**
             * Format: int32
             * @description Minutes east of UTC; China 480.
             */
            offset_min: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
