// Generated from openapi.json by `npm run types`; do not change by hand.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
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
            name: string;
            /** @description `agent`, `supervisor`, `administrator`, `installer`, `quality`, `read_only`. */
            role: string;
        };
        Added: {
            /** Format: int32 */
            id: number;
        };
        AddedPhone: components["schemas"]["Phone"] & {
            /** @description Shown this once. */
            password: string;
        };
        Agent: {
            /** Format: int32 */
            id: number;
            name: string;
            /** Format: int32 */
            phone_id: number;
        };
        AgentDraft: {
            name: string;
            /** Format: int32 */
            phone_id: number;
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
        AgentState: "signed_out" | "not_ready" | "device_down" | "idle" | "offering" | "talking" | "holding" | "wrapup";
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
        AlarmCode: "line_down" | "card_down" | "storage_full" | "storage_locked" | "store_behind" | "storage_failed" | "call_records_incomplete" | "facts_lost" | "tick_overrun" | "recording_failed" | "call_control_restarted" | "voice_missing" | "not_real_time";
        /** @description An authenticator to be scanned, then confirmed with its first code. */
        Authenticator: {
            /** @description The same link as a picture. */
            qr_svg: string;
            /** @description As people type it. */
            secret: string;
            /** @description The link an app takes. */
            url: string;
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
            /** Format: int64 */
            queued_at?: number | null;
            /** Format: int64 */
            ring_ms: number;
            /** Format: int64 */
            wrapup_ms: number;
        };
        CallDetail: {
            call: components["schemas"]["Call"];
            facts: components["schemas"]["Fact"][];
            recordings: components["schemas"]["Recording"][];
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
        CallStage: "ringing" | "menu" | "waiting" | "offering" | "talking" | "holding" | "ending";
        CallSummary: {
            /** Format: int32 */
            agent?: number | null;
            caller: components["schemas"]["Caller"];
            /**
             * Format: int32
             * @description Q.850.
             */
            cause?: number | null;
            /** Format: int64 */
            duration_ms: number;
            /** Format: int64 */
            hold_ms: number;
            hung_up_by?: components["schemas"]["Party"] | null;
            /** Format: int64 */
            id: number;
            /** Format: int32 */
            line: number;
            /** Format: int64 */
            offered_at: number;
            outcome?: components["schemas"]["Outcome"] | null;
            /** Format: int32 */
            queue?: number | null;
            recordings: number[];
            /** Format: int64 */
            talk_ms?: number | null;
            /** Format: int64 */
            wait_ms?: number | null;
        };
        /** @description Who calls. */
        Caller: {
            name?: string | null;
            number?: string | null;
            presentation: components["schemas"]["Presentation"];
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
            /** Format: int32 */
            queue: number;
        };
        Code: {
            /** @description Six digits. */
            code: string;
        };
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
            /** @description For people: what was found, what is allowed, what to do. */
            message: string;
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
        /** @description The first administrator. */
        FirstAdministrator: {
            /** @description The code the program printed at its first start. */
            code: string;
            name: string;
            /** @description At least 10 characters. */
            password: string;
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
        /** @enum {string} */
        Language: "zh" | "en";
        LanguageForm: {
            language: components["schemas"]["Language"];
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
        /**
         * @description The state of a line.
         * @enum {string}
         */
        LineState: "out_of_service" | "idle" | "ringing" | "in_use";
        LiveAgent: {
            /** Format: int64 */
            call?: number | null;
            /** Format: int32 */
            id: number;
            name: string;
            phone: components["schemas"]["AgentPhone"];
            reason?: string | null;
            /** Format: int64 */
            since_at: number;
            state: components["schemas"]["AgentState"];
        };
        LiveCall: {
            /** Format: int32 */
            agent?: number | null;
            caller: components["schemas"]["Caller"];
            /** Format: int64 */
            id: number;
            /** Format: int32 */
            line: number;
            /** Format: int32 */
            queue?: number | null;
            /** Format: int64 */
            since_at: number;
            stage: components["schemas"]["CallStage"];
            /** Format: int64 */
            stage_since_at: number;
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
        LiveQueue: {
            /** Format: int32 */
            agents_idle: number;
            /** Format: int32 */
            agents_signed_in: number;
            /** Format: int32 */
            id: number;
            name: string;
            /** Format: int64 */
            oldest_at?: number | null;
            today: components["schemas"]["TodayCounts"];
            /** Format: int32 */
            waiting: number;
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
            /**
             * Format: int32
             * @description The queue of a caller who pressed nothing valid; null: goodbye.
             */
            otherwise?: number | null;
        };
        NewAccount: components["schemas"]["AccountForm"] & {
            /** @description At least 10 characters. */
            password: string;
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
         * @description How a call ended, seen by the customer.
         * @enum {string}
         */
        Outcome: "served" | "abandoned_in_menu" | "abandoned_in_queue" | "no_choice" | "nobody_here" | "queue_full" | "waited_too_long" | "refused" | "failed";
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
        /**
         * @description Whether the caller lets us see the number.
         * @enum {string}
         */
        Presentation: "allowed" | "withheld" | "unavailable";
        /** @description One sentence in one language. */
        PromptRow: {
            /** Format: int64 */
            duration_ms: number;
            /** @description `zh`, `en`. */
            language: string;
            /** @description `all_agents_busy`. */
            prompt: string;
            /** @description Whether a sound was put in its place. */
            replaced: boolean;
            /** @description What the voice says. */
            text: string;
        };
        /** @description One queue. */
        Queue: components["schemas"]["QueueDraft"] & {
            /** Format: int32 */
            id: number;
        };
        QueueDraft: {
            /** @description Who serves it. */
            agents: number[];
            /**
             * Format: int32
             * @description The longest wait; 10 to 7200.
             */
            max_wait_s?: number;
            /**
             * Format: int32
             * @description The most callers that may wait; 1 to 200.
             */
            max_waiting?: number;
            name: string;
            /**
             * Format: int32
             * @description How long an agent's phone rings; 5 to 120.
             */
            ring_s?: number;
            /**
             * Format: int32
             * @description Time for notes after a call; 0 to 600.
             */
            wrapup_s?: number;
        };
        Recording: {
            /** Format: int64 */
            bytes: number;
            /** Format: int64 */
            duration_ms: number;
            /** Format: int64 */
            id: number;
            /** Format: int64 */
            started_at: number;
            state: components["schemas"]["RecordingState"];
        };
        /**
         * @description How far a recording is.
         * @enum {string}
         */
        RecordingState: "in_progress" | "complete" | "repaired" | "failed";
        /** @description Who is signed in. */
        Session: {
            /** @description The language chosen, if any: `zh`, `en`. */
            language?: string | null;
            user: components["schemas"]["User"];
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
        SignInForm: {
            /** @description Six digits of the authenticator, where the account has one. */
            code?: string | null;
            name: string;
            password: string;
        };
        /** @description Everything people watch. */
        Snapshot: {
            agents: components["schemas"]["LiveAgent"][];
            alarms: components["schemas"]["Alarm"][];
            /** Format: int64 */
            at: number;
            calls: components["schemas"]["LiveCall"][];
            lines: components["schemas"]["Line"][];
            queues: components["schemas"]["LiveQueue"][];
            /** Format: int64 */
            seq: number;
            today: components["schemas"]["TodayTotals"];
        };
        StateRequest: {
            /** @description Why not ready: "lunch". */
            reason?: string | null;
            state: components["schemas"]["AgentRequest"];
        };
        /** @enum {string} */
        Status: "ok" | "degraded";
        TodayCounts: {
            /** Format: int32 */
            abandoned: number;
            /** Format: int32 */
            answered: number;
            /** Format: int32 */
            offered: number;
        };
        TodayTotals: {
            /** Format: int32 */
            abandoned: number;
            /** Format: int32 */
            answered: number;
            in_progress: number;
            /** Format: int32 */
            offered: number;
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
        /** @description The lowest and the highest sample of each column, one after the other, both channels. */
        Waveform: {
            agent: number[];
            columns: number;
            /** @description min, max, min, max … */
            customer: number[];
            /** Format: int64 */
            duration_ms: number;
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
