package dev.chancery.testkit.memory;

import dev.chancery.KeyRequest;
import dev.chancery.KeyStore;
import dev.chancery.algorithm.KeySpec;
import dev.chancery.error.StoreUnavailableException;
import dev.chancery.key.CompromisedSince;
import dev.chancery.key.KeyId;
import dev.chancery.key.KeyMetadata;
import dev.chancery.key.KeyState;
import dev.chancery.rotation.RotationPolicy;

/** What an instance does with the first key of the scene, or with its ring. */
enum Act {
    GENERATE(KeyState.ACTIVE) {
        @Override
        void run(KeyStore keys, KeyId first) {
            keys.generate(KeyRequest.of(KeySpec.EC_P256, "single"));
        }
    },
    GENERATE_NEXT(KeyState.ACTIVE) {
        @Override
        void run(KeyStore keys, KeyId first) {
            keys.generate(KeyRequest.builder(KeySpec.EC_P256).ring(Scene.RING).build());
        }
    },
    ROTATE(KeyState.ACTIVE) {
        @Override
        void run(KeyStore keys, KeyId first) {
            keys.ring(Scene.RING).rotate(RotationPolicy.PRODUCTION);
        }
    },
    COMPROMISE(KeyState.ACTIVE) {
        @Override
        void run(KeyStore keys, KeyId first) {
            var report = keys.compromise(first, CompromisedSince.UNKNOWN, "found in a bin");
            if (!report.isComplete()) {
                throw new StoreUnavailableException("Left over: " + report, null);
            }
        }
    },
    SUSPEND(KeyState.ACTIVE) {
        @Override
        void run(KeyStore keys, KeyId first) {
            keys.changeState(first, KeyState.SUSPENDED, "on holiday");
        }
    },
    RESUME(KeyState.SUSPENDED) {
        @Override
        void run(KeyStore keys, KeyId first) {
            keys.changeState(first, KeyState.ACTIVE, "back again");
        }
    },
    DEACTIVATE(KeyState.ACTIVE) {
        @Override
        void run(KeyStore keys, KeyId first) {
            keys.changeState(first, KeyState.DEACTIVATED, "old");
        }
    },
    /** The keys that are in no ring, and of what was begun those that are in it already. */
    ADOPT(KeyState.ACTIVE) {
        @Override
        void prepare(Scene scene) {
            scene.makeKeysWithoutRing(ADOPTED);
        }

        @Override
        void run(KeyStore keys, KeyId first) {
            var unused = keys.adopt(
                    ADOPTED,
                    keys.list().stream()
                            .map(KeyMetadata::id)
                            .filter(id -> !id.equals(first))
                            .toList());
        }
    },
    DESTROY(KeyState.SUSPENDED) {
        @Override
        void run(KeyStore keys, KeyId first) {
            keys.changeState(first, KeyState.DESTROYED, "at an end");
        }
    };

    private static final String ADOPTED = "adopted";

    /** The state of the first key before. */
    final KeyState from;

    Act(KeyState from) {
        this.from = from;
    }

    /** Makes what this needs besides. */
    void prepare(Scene scene) {}

    abstract void run(KeyStore keys, KeyId first);

    /** Brings the first key into the state that this begins with. */
    static void bring(Scene scene, KeyState state) {
        if (state == KeyState.SUSPENDED) {
            try (KeyStore keys = scene.open()) {
                keys.changeState(scene.first, state, "for the test");
            }
            scene.passDay();
        }
    }
}
