CREATE TABLE "answer_cache" (
	"key" text PRIMARY KEY NOT NULL,
	"reply" jsonb NOT NULL,
	"bytes" integer NOT NULL,
	"used_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "model_health" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"model_id" text NOT NULL,
	"available" boolean NOT NULL,
	"detail" text NOT NULL,
	"latency_ms" double precision,
	"checked_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "model_quirks" (
	"key" text NOT NULL,
	"quirk_id" text NOT NULL,
	"value" jsonb,
	"learned_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "model_quirks_key_quirk_id_pk" PRIMARY KEY("key","quirk_id")
);
--> statement-breakpoint
CREATE TABLE "model_tests" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"model_id" text NOT NULL,
	"prompt" jsonb NOT NULL,
	"outcome" text NOT NULL,
	"reason" text,
	"answer" jsonb NOT NULL,
	"tokens_in" double precision,
	"tokens_out" double precision,
	"cost_usd" double precision,
	"latency_ms" double precision,
	"tested_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "model_versions" (
	"model_id" text NOT NULL,
	"version" integer NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"entry" jsonb NOT NULL,
	CONSTRAINT "model_versions_model_id_version_pk" PRIMARY KEY("model_id","version")
);
--> statement-breakpoint
CREATE TABLE "models" (
	"model_id" text PRIMARY KEY NOT NULL,
	"position" integer NOT NULL,
	"model_type" text NOT NULL,
	"provider_id" text NOT NULL,
	"model_name" text NOT NULL,
	"display_name" text NOT NULL,
	"roles" jsonb NOT NULL,
	"parser_id" text NOT NULL,
	"parser_config" jsonb NOT NULL,
	"settings" jsonb NOT NULL,
	"weight" double precision NOT NULL,
	"family" text NOT NULL,
	"status" text NOT NULL,
	"covers" jsonb NOT NULL,
	"timeout_ms" integer NOT NULL,
	"availability" text NOT NULL,
	"availability_checked_at" timestamp with time zone,
	"version" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "providers" (
	"provider_id" text PRIMARY KEY NOT NULL,
	"model_type" text NOT NULL,
	"base_url" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "secrets" (
	"name" text PRIMARY KEY NOT NULL,
	"hosts" jsonb NOT NULL,
	"repositories" jsonb NOT NULL,
	"sealed" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "model_executions" ADD COLUMN "stands_in_for" text;--> statement-breakpoint
ALTER TABLE "models" ADD CONSTRAINT "models_provider_id_providers_provider_id_fk" FOREIGN KEY ("provider_id") REFERENCES "public"."providers"("provider_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "answer_cache_used_at" ON "answer_cache" USING btree ("used_at");--> statement-breakpoint
CREATE INDEX "model_health_model_id" ON "model_health" USING btree ("model_id","id");--> statement-breakpoint
CREATE INDEX "model_tests_model_id" ON "model_tests" USING btree ("model_id","id");--> statement-breakpoint
CREATE INDEX "models_provider_id" ON "models" USING btree ("provider_id");--> statement-breakpoint
CREATE INDEX "model_executions_model_id" ON "model_executions" USING btree ("model_id");--> statement-breakpoint
CREATE INDEX "scans_created_at" ON "scans" USING btree ("created_at");