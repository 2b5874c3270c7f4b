/**
 * Tables of Speckle's database that accounts stand in, as its server 2.31.14 leaves them after its migrations (psql's
 * `\d` of a database that it made): columns, defaults and keys; the row of `server_config` is made by a migration.
 */
export const speckleTables = `
create table user_roles (name varchar(255) primary key);
insert into user_roles values ('server:admin'), ('server:user'), ('server:guest'), ('server:archived-user');

create table users (
  id varchar(10) primary key,
  suuid varchar(255),
  "createdAt" timestamp(3) with time zone,
  name varchar(512) not null,
  bio varchar(2048),
  company varchar(512),
  email varchar(255) not null unique,
  verified boolean,
  avatar varchar(524288),
  profiles jsonb,
  "passwordDigest" varchar(255),
  ip varchar(50)
);

create table user_emails (
  id varchar(255) primary key,
  email varchar(255) not null,
  "primary" boolean default false,
  verified boolean default false,
  "userId" varchar(255) not null references users(id) on delete cascade,
  "createdAt" timestamp(3) with time zone not null default current_timestamp,
  "updatedAt" timestamp(3) with time zone not null default current_timestamp,
  unique ("userId", email)
);

create table server_acl (
  "userId" varchar(10) primary key references users(id) on delete cascade,
  role varchar(255) not null references user_roles(name) on delete cascade
);

create table server_invites (
  id varchar(255) primary key default gen_random_uuid(),
  target varchar(256) not null,
  "inviterId" varchar(256) not null references users(id) on delete cascade,
  token varchar(256) not null default ''
);

create table server_config (
  id integer not null default 0,
  name varchar(255) default 'My new Speckle Server',
  "canonicalUrl" varchar(255),
  completed boolean default false,
  "inviteOnly" boolean default false,
  "guestModeEnabled" boolean not null default false
);
insert into server_config (id) values (0);
`;
