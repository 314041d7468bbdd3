/* MCPL, the format for lists of particles that Monte Carlo codes exchange: its bytes, version 3, little-endian.
 * T. Kittelmann et al., Comput. Phys. Commun. 218 (2017) 17; the packed direction is that of version 3 of 2017. */
#ifndef IO_MCPL_H
#define IO_MCPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

#include "base/err.h"
#include "model/leaving.h"

#define MCPL_HEAD_BYTES 48           /* before the weight of all particles, if there is one, and the texts */
#define MCPL_LEAVING_BYTES 60        /* a particle as mcpl_put_leaving writes it */
#define MCPL_PARTICLE_BYTES_MAX 96   /* of any file */

/* Codes of the Particle Data Group. */
enum { PDG_PHOTON = 22, PDG_ELECTRON = 11, PDG_POSITRON = -11, PDG_PROTON = 2212, PDG_NEUTRON = 2112 };

int32_t pdg_of_ion(int Z, int A);

/* False when the code is not that of a nucleus in its ground state. */
bool pdg_is_ion(int32_t code, int *Z, int *A);

struct mcpl_head {
	uint64_t n_particles;
	uint32_t n_comments, n_blobs;
	bool has_flags, has_polarisation, is_single, has_one_weight;
	int32_t pdg;                 /* of all particles; 0: each has its own */
	double weight;               /* of all particles, if has_one_weight */
	uint32_t particle_bytes;
};

struct mcpl_particle {
	int32_t pdg;
	double energy_MeV;
	double position_cm[3];
	double direction[3];         /* of length 1, as far as the file's numbers are right */
	double weight;
};

/* The head of a file of particles that mcpl_put_leaving writes, of weight 1. */
void mcpl_put_head(unsigned char to[MCPL_HEAD_BYTES + 8], uint64_t n_particles, uint32_t n_comments,
    uint32_t n_blobs);
void mcpl_put_leaving(unsigned char to[MCPL_LEAVING_BYTES], const struct leaving *p);

/* The bytes between the head and the first particle are a chain of texts, each after its length: the
 * program's name, the comments, the names of the blobs, the blobs. */

/* A file that is read, compressed with gzip or not. */
struct mcpl_file {
	gzFile z;
	const char *path;            /* the caller's */
	struct mcpl_head head;
	uint64_t head_bytes;         /* up to the first particle */
	uint64_t n_read;             /* particles */
	unsigned char *blob;         /* the one that was asked for; NULL: there is none of that name */
	uint32_t blob_bytes;
};

/* Opens a file and reads up to its first particle; keeps the blob of a name (NULL: none). ERR_INPUT when it cannot
 * be read or is no such file, ERR_SYSTEM without memory: then nothing is open. */
int mcpl_open(struct mcpl_file *f, const char *path, const char *blob_name, struct err *e);

/* The next particle: 1; 0 behind the last one, where the file must end; -1 ERR_INPUT. The numbers are as they stand in
 * the file, and may be anything. */
int mcpl_next(struct mcpl_file *f, struct mcpl_particle *p, struct err *e);
void mcpl_close(struct mcpl_file *f);

#endif
