/*
 * checks - what several tables of schema_*.c judge by more than a row
 *
 * Each is a check of struct schema_field or, where it takes a text, of struct
 * schema_param, or is called by one.
 */
#ifndef POLICY_CHECKS_H
#define POLICY_CHECKS_H

#include <stdint.h>

#include "judge.h"

/** check_privileged() - A bool that privileged opens */
void check_privileged(struct judge *j, const struct gojson *v);

/** check_image() - A reference, against image */
void check_image(struct judge *j, const struct gojson *v);
void check_image_text(struct judge *j, const char *reference);

/** check_user() - "user" or "user:group", against user; closed but for "" */
void check_user(struct judge *j, const struct gojson *v);

/**
 * check_env() - "NAME=value", against env; free without
 *
 * "NAME" and "NAME*" are closed: Podman takes their values from its own environment.
 */
void check_env(struct judge *j, const struct gojson *v);

/** check_env_of_exec() - The same; without env what the dynamic linker reads is closed */
void check_env_of_exec(struct judge *j, const struct gojson *v);

/** check_labels() - A map of labels, against label; free without */
void check_labels(struct judge *j, const struct gojson *v);

/** check_working_dir() - A path in the container; /proc and what is below is closed */
void check_working_dir(struct judge *j, const struct gojson *v);

/** check_cap_add() - A capability, against cap and Docker's default ones */
void check_cap_add(struct judge *j, const struct gojson *v);

/** check_bind() - "source:target:options" or "target", against bind and volume */
void check_bind(struct judge *j, const struct gojson *v);
void check_bind_text(struct judge *j, const char *spec);

/** check_bind_source() - A path of the host, against bind; people see @shown */
void check_bind_source(struct judge *j, const char *source, bool read_only, const char *shown);

/** check_volume_name() - A volume to be mounted, against volume; closed without */
void check_volume_name(struct judge *j, const char *name);

/** check_new_volume_name() - The name of a volume to be made, against volume; free without */
void check_new_volume_name(struct judge *j, const struct gojson *v);

/** check_mount() - An object of Mounts, by its Type */
void check_mount(struct judge *j, const struct gojson *v);

/** check_volume_options() - Options of the local volume driver: at most those of a tmpfs */
void check_volume_options(struct judge *j, const struct gojson *v);

/** check_tmpfs_pair() - An array of a mount option and its value: a flag that is harmless */
void check_tmpfs_pair(struct judge *j, const struct gojson *v);

/** check_tmpfs_options() - Mount options of a tmpfs: none that a container has not */
void check_tmpfs_options(struct judge *j, const struct gojson *v);

/** check_network_name() - A network to be joined, against network; the default one is free */
void check_network_name(struct judge *j, const char *name);

/** check_network_of_cluster() - The same for a service, where "host" is a network as well */
void check_network_of_cluster(struct judge *j, const char *name);

/** check_listed_network() - The same where no name is free */
void check_listed_network(struct judge *j, const char *name);

/** check_network_mode() - NetworkMode: a network, or a namespace that host may open */
void check_network_mode(struct judge *j, const struct gojson *v);

/** check_namespace() - A mode that is "host", against host @name, or one of @own */
void check_namespace(struct judge *j, const char *mode, const char *name, const char *own);

/** check_port_bindings() - Docker's map of ports, an array of HostIp and HostPort each */
void check_port_bindings(struct judge *j, const struct gojson *v);

/** check_publish() - Ports @first to @last (0: one the engine picks) of @ip, against publish */
void check_publish(struct judge *j, const char *ip, int64_t first, int64_t last);

/** check_device_path() - A device of the host, against device */
void check_device_path(struct judge *j, const char *path);

/** check_runtime() - A runtime, against runtime; the default one is free */
void check_runtime(struct judge *j, const struct gojson *v);

/** check_dockerfile() - A path in the context of a build, or an array of them as JSON */
void check_dockerfile(struct judge *j, const char *text);

/** check_security_opt() - An option of SecurityOpt: none but no-new-privileges */
void check_security_opt(struct judge *j, const struct gojson *v);

/** check_logging() - A logging driver, in members @type and @options: none that calls out */
void check_logging(struct judge *j, const struct gojson *v, const char *type, const char *options);

/** check_oom_score_adj() - No less likely to be killed than others */
void check_oom_score_adj(struct judge *j, const struct gojson *v);

/* What a maximum is held against. */
enum check_need {
	CHECK_WHERE_GIVEN, /* an update: what is not given stays as it is */
	CHECK_REQUIRED,	   /* absent would mean no limit */
};

/** check_maximum() - A number, against memory, cpus or pids; 0 and less is no limit */
void check_maximum(struct judge *j, enum constraint_id id, const char *member, int64_t value,
		   enum check_need need);

#endif
